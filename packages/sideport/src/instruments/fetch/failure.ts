/** Why an attempt got no answer. */
export const REQUEST_FAILURES = [
  'timeout',
  'aborted',
  'dns',
  'connect',
  'tls',
  'reset',
  'other',
] as const

export type RequestFailure = (typeof REQUEST_FAILURES)[number]

/** Codes of the operating system (https://nodejs.org/api/errors.html) and of undici, by what they mean. */
const failureOfCode: ReadonlyMap<string, RequestFailure> = new Map(
  Object.entries({
    ENOTFOUND: 'dns',
    EAI_AGAIN: 'dns',
    EAI_FAIL: 'dns',
    EAI_NODATA: 'dns',
    EAI_NONAME: 'dns',
    ECONNREFUSED: 'connect',
    EHOSTUNREACH: 'connect',
    EHOSTDOWN: 'connect',
    ENETUNREACH: 'connect',
    ENETDOWN: 'connect',
    EADDRNOTAVAIL: 'connect',
    ETIMEDOUT: 'connect',
    UND_ERR_CONNECT_TIMEOUT: 'connect',
    ECONNRESET: 'reset',
    ECONNABORTED: 'reset',
    EPIPE: 'reset',
    UND_ERR_SOCKET: 'reset',
    UND_ERR_HEADERS_TIMEOUT: 'timeout',
    UND_ERR_BODY_TIMEOUT: 'timeout',
    EPROTO: 'tls',
  } as const),
)

/** What Node and OpenSSL call a handshake or a certificate that went wrong. */
const TLS_CODE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH)/

/**
 * Files the error of a `fetch`. It goes by names and by codes that are words, never by messages,
 * nor by the number in `code` that every DOMException carries (23 for a timeout).
 *
 * @param signal the one the request was made with: what it aborted with is the caller's decision,
 * and a timeout only when its reason is named `TimeoutError`, as `AbortSignal.timeout()` does.
 */
export function failureOf(error: unknown, signal?: AbortSignal | null): RequestFailure {
  if (signal?.aborted && error === signal.reason) {
    return nameOf(error) === 'TimeoutError' ? 'timeout' : 'aborted'
  }
  if (nameOf(error) === 'TimeoutError') return 'timeout'
  if (nameOf(error) === 'AbortError') return 'aborted'
  for (const code of codesOf(error)) {
    const failure = failureOfCode.get(code) ?? (TLS_CODE.test(code) ? 'tls' : undefined)
    if (failure) return failure
  }
  return 'other'
}

/** How far to follow causes; a chain that leads back to itself must end somewhere. */
const DEPTH = 5

/** The codes of an error, of its causes, and of the errors it gathers: one an address tried. */
function codesOf(error: unknown, depth = DEPTH): string[] {
  if (typeof error !== 'object' || error === null || depth === 0) return []
  const { code, cause, errors } = error as Readonly<Record<string, unknown>>
  const within = [cause, ...(Array.isArray(errors) ? errors : [])]
  return [
    ...(typeof code === 'string' ? [code] : []),
    ...within.flatMap((inner) => codesOf(inner, depth - 1)),
  ]
}

const nameOf = (error: unknown) =>
  typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined
