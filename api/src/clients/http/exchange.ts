import { excerpt, UnreachableError, UnreadableError } from './errors.ts'

/** The part of `fetch` that the clients use, so that it can be wrapped by a recorder. */
type Fetch = (input: string | Request, init?: RequestInit) => Promise<Response>

/** Returns the `fetch` that records under one of a target's operations. */
export type FetchFor<Operation extends string> = (operation: Operation) => Fetch

/** One request, described. */
export interface Call {
  /** Names the call in errors, such as `kick channels`. */
  readonly name: string
  readonly fetch: Fetch
  readonly request: string | Request
  readonly init?: RequestInit
  readonly timeoutMs: number
  /** The largest answer that is read, decompressed. @default 2 MiB */
  readonly maxBytes?: number
  readonly signal?: AbortSignal | undefined
}

/** A complete answer. */
export interface Answer {
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; `undefined` where it is empty or not JSON. */
  readonly json: unknown
  /** Foreign text made safe for errors and logs: no secret of the request, at most 200 characters. */
  readonly excerpt: (text: string) => string
}

const DEFAULT_MAX_BYTES = 2 * 1024 * 1024

/**
 * Sends one request once and reads the answer to its end, within limits of time and size. Every status
 * is an answer, redirects included: following one would send our secrets wherever it points.
 *
 * @throws UnreachableError when no complete answer arrived; UnreadableError when it is too large; the
 * caller's abort reason when it aborted.
 */
export async function exchange(call: Call): Promise<Answer> {
  try {
    return await withDeadline(call.timeoutMs, call.signal, async (signal) => {
      const response = await call.fetch(call.request, { ...call.init, redirect: 'manual', signal })
      const text = await readText(call, response)
      const { status, ok, headers } = response
      const secrets = secretsOf(call.init)
      return {
        status,
        ok,
        headers,
        text,
        json: jsonOf(text),
        excerpt: (foreign) => excerpt(foreign, secrets),
      }
    })
  } catch (error) {
    call.signal?.throwIfAborted()
    if (error instanceof UnreadableError) throw error
    throw new UnreachableError(call.name, error)
  }
}

async function readText(call: Call, response: Response): Promise<string> {
  const { maxBytes = DEFAULT_MAX_BYTES } = call
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the body, and with it the connection.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new UnreadableError(call.name, `it is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

/** Public names that OAuth sends among the secrets. */
const PUBLIC_FIELDS = new Set(['grant_type', 'client_id'])
const SHORTEST_SECRET = 4

/** Everything secret that the request carries: services echo it in their errors. */
function secretsOf(init: RequestInit | undefined): string[] {
  const authorization = new Headers(init?.headers).get('authorization')
  const form = init?.body instanceof URLSearchParams ? [...init.body] : []
  const fields = form.filter(([name]) => !PUBLIC_FIELDS.has(name)).map(([, value]) => value)
  const token = authorization?.replace(/^\S+ /, '') ?? ''
  return [token, ...fields].filter((secret) => secret.length >= SHORTEST_SECRET)
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

/**
 * Runs `work` with a signal that fires when `milliseconds` have passed or `signal` fires.
 * Timer and listener are removed afterwards: `AbortSignal.any` on a signal that lasts as long as
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
