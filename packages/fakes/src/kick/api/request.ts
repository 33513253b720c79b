import type { Clock } from '../../clock.ts'
import type { Answer } from '../../http/answer.ts'
import type { Call } from '../../http/service.ts'
import type { Kick } from '../kick.ts'
import type { Token } from '../tokens.ts'

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

/** Success of Kick's API. */
export const ok = (data: unknown, more: object = {}): Answer => ({
  status: 200,
  json: { data, message: 'OK', ...more },
})

/** Kick's 400, where `data` is a sentence. */
export const badRequest = (reason: string): Answer => ({
  status: 400,
  json: { data: reason, message: 'Bad request' },
})

const unauthorized: Answer = { status: 401, json: { data: {}, message: 'Unauthorized' } }

export const notFound: Answer = { status: 404, json: { data: {}, message: 'Not Found' } }

const tooMany: Answer = { status: 429, json: { data: {}, message: 'Too Many Requests' } }

/** Reads repeated integer parameters; undefined when one of them is no positive integer. */
export function readIds(texts: readonly string[]): number[] | undefined {
  return texts.every((text) => /^[1-9]\d{0,15}$/.test(text)) ? texts.map(Number) : undefined
}
