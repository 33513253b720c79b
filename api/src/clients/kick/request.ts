import { type Answer, exchange, type FetchFor, urlUnder } from '../http/exchange.ts'
import { type Pacer, type RetryPolicy, withRetries } from '../http/retry.ts'
import type { AppToken } from './app-token.ts'
import { refusal } from './envelope.ts'

/** What the worker asks Kick's API for; the public key needs no token and has its own module. */
type KickApiOperation =
  | 'channels'
  | 'subscriptions_list'
  | 'subscriptions_create'
  | 'subscriptions_delete'

/** What every authorised call to Kick's API needs. */
export interface KickApiOptions {
  readonly baseUrl: string
  readonly fetchFor: FetchFor<KickApiOperation>
  readonly token: AppToken
  /** Shared by all calls of the process: Kick counts them per app. */
  readonly pace: Pacer
}

interface KickCall {
  readonly operation: KickApiOperation
  readonly method?: 'GET' | 'POST' | 'DELETE'
  /** Path with query, such as `/public/v1/channels?slug=alpha`. */
  readonly path: string
  readonly body?: unknown
  readonly maxBytes?: number
  readonly retry: RetryPolicy
  readonly signal?: AbortSignal | undefined
}

export type KickRequest = (call: KickCall) => Promise<Answer>

const TIMEOUT_MS = 10_000

/**
 * Sends paced, authorised requests. A 401 is answered with one new token and one more try.
 *
 * @returns a function whose answers are 2xx.
 * @throws (the function) RefusedError for any other answer, UnreachableError when none came.
 */
export function createKickRequest(options: KickApiOptions): KickRequest {
  async function send(call: KickCall, accessToken: string): Promise<Answer> {
    await options.pace(call.signal)
    const json = call.body === undefined ? undefined : JSON.stringify(call.body)
    return exchange({
      name: `kick ${call.operation}`,
      fetch: options.fetchFor(call.operation),
      request: urlUnder(options.baseUrl, call.path),
      init: {
        method: call.method ?? 'GET',
        headers: {
          authorization: `Bearer ${accessToken}`,
          accept: 'application/json',
          ...(json !== undefined && { 'content-type': 'application/json' }),
        },
        ...(json !== undefined && { body: json }),
      },
      timeoutMs: TIMEOUT_MS,
      ...(call.maxBytes !== undefined && { maxBytes: call.maxBytes }),
      signal: call.signal,
    })
  }

  return (call) =>
    withRetries(call.retry, call.signal, async () => {
      const accessToken = await options.token.current()
      let answer = await send(call, accessToken)
      if (answer.status === 401) {
        const renewed = await options.token.renewed(accessToken)
        if (renewed !== undefined) answer = await send(call, renewed)
      }
      if (!answer.ok) throw refusal(`kick ${call.operation}`, answer)
      return answer
    })
}
