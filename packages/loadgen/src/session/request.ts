/** An answer of the api: the status, and the body where it is JSON. */
export type Reply<Body> = { readonly status: number; readonly body: Body; readonly cookie: string }

/** The name of errors that mean: not now, try again later. */
export const unreachable = 'Unreachable'

const patience = 10_000

/**
 * Sends one request to the api. Refusals (4xx) are answers like any other.
 * @throws Error named {@link unreachable} when there is no answer or one of 5xx
 */
export async function request<Body>(
  url: string,
  method: string,
  options: { readonly body?: unknown; readonly cookie?: string },
): Promise<Reply<Body>> {
  const { body, cookie } = options
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(patience),
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(cookie && { cookie }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((error: Error) => fail(`${method} ${url}: ${causeOf(error)}`))
  const text = await response.text()
  if (response.status >= 500) fail(`${method} ${url}: ${response.status}`)
  const isJson = response.headers.get('content-type')?.includes('json') === true && text !== ''
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : undefined,
    cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '',
  }
}

function fail(reason: string): never {
  throw Object.assign(new Error(reason), { name: unreachable })
}

const causeOf = (error: Error): string =>
  error.cause instanceof Error ? error.cause.message : error.message
