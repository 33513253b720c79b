import { UnreachableError } from './errors.ts'

/** The part of `fetch` that the clients use, so that a recorder can stand in between. */
type Fetch = (input: string | Request, init?: RequestInit) => Promise<Response>

/** Hands out the `fetch` that records under one of a target's operations. */
export type FetchFor<Operation extends string> = (operation: Operation) => Fetch

/**
 * Runs `work` with a signal that fires when `milliseconds` have passed or `signal` fires.
 * Timer and listener are removed afterwards: `AbortSignal.any` on a signal that lives as long as
 * the process would keep every finished request in memory.
 */
async function withDeadline<T>(
  milliseconds: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const pass = () => controller.abort(signal?.reason)
  const timer = setTimeout(() => {
    controller.abort(new DOMException(`no answer within ${milliseconds} ms`, 'TimeoutError'))
  }, milliseconds)
  signal?.addEventListener('abort', pass, { once: true })
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', pass)
  }
}

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
