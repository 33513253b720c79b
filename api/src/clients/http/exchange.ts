import { withDeadline } from './deadline.ts'
import { UnreachableError } from './errors.ts'
import type { Fetch } from './fetch.ts'

/** One request, described. */
export interface Call {
  /** Names the call in errors, such as `kick channels`. */
  readonly name: string
  readonly fetch: Fetch
  readonly request: string | Request
  readonly init?: RequestInit
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** What came back, read to the end. */
export interface Answer {
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `undefined` where it is empty or no JSON. */
  readonly json: unknown
}

/**
 * Sends one request once and reads the answer to its end within the time limit. Any status is an
 * answer, a redirect too: following one would hand our secrets to whoever it names.
 *
 * @throws UnreachableError when no complete answer came; the caller's abort reason when it aborted.
 */
export async function exchange(call: Call): Promise<Answer> {
  try {
    return await withDeadline(call.timeoutMs, call.signal, async (signal) => {
      const response = await call.fetch(call.request, { ...call.init, redirect: 'manual', signal })
      const text = await response.text()
      const { status, ok, headers } = response
      return { status, ok, headers, text, json: jsonOf(text) }
    })
  } catch (error) {
    call.signal?.throwIfAborted()
    throw new UnreachableError(call.name, error)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Joins a base URL, which may carry a path prefix, with an absolute path. */
export function urlUnder(baseUrl: string, path: string): string {
  return baseUrl.replace(/\/+$/, '') + path
}
