import type { FakesClient } from '@verifluence/fakes'
import type { Page } from '../platform.ts'
import { type Reply, request } from './request.ts'
import { signIn } from './sign-in.ts'

export type Member = ReturnType<typeof createMember>

/** Somebody who uses the platform through the public API, signing in whenever that is needed. */
export function createMember(apiUrl: string, fakes: FakesClient, email: string) {
  let cookie: string | undefined
  const ask = async <Body>(method: string, path: string, body?: unknown): Promise<Reply<Body>> => {
    cookie ??= await signIn(apiUrl, fakes, email)
    const send = () => request<Body>(`${apiUrl}${path}`, method, { body, cookie: cookie ?? '' })
    const reply = await send()
    if (reply.status !== 401) return reply
    cookie = await signIn(apiUrl, fakes, email)
    return send()
  }
  return {
    email,
    ask,
    /** The newest things of a list; none when the list is refused. */
    list: async <Item>(path: string): Promise<readonly Item[]> => {
      const { status, body } = await ask<Page<Item>>('GET', path)
      return status === 200 ? body.items : []
    },
    signOut: async (): Promise<void> => {
      await ask('DELETE', '/api/sign-in')
      cookie = undefined
    },
  }
}
