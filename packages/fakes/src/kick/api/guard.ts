import type { Clock } from '../../clock.ts'
import type { Answer } from '../../http/answer.ts'
import type { Call } from '../../http/service.ts'
import type { Kick } from '../kick.ts'
import type { Token } from '../tokens.ts'
import { tooMany, unauthorized } from './envelope.ts'

type Handle = (call: Call, token: Token) => Answer | Promise<Answer>

/** Lets a request through only with a living access token and within the allowance. */
export function createGuard(kick: Kick, clock: Clock) {
  let minute = 0
  let used = 0
  const isOverAllowance = (): boolean => {
    const now = Math.floor(clock() / 60_000)
    if (now !== minute) used = 0
    minute = now
    used += 1
    return used > (kick.allowance.requestsPerMinute ?? Number.POSITIVE_INFINITY)
  }
  return (handle: Handle) =>
    (call: Call): Answer | Promise<Answer> => {
      if (isOverAllowance()) return tooMany
      const value = /^Bearer (.+)$/.exec(call.c.req.header('authorization') ?? '')?.[1]
      const token = kick.tokens.find(value, 'access')
      return token === undefined ? unauthorized : handle(call, token)
    }
}
