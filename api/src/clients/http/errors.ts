/** The service answered, but not with what was asked for. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  /** Such as `kick channels`. */
  readonly call: string
  readonly status: number
  /** How long the service asks to wait, where it says so. */
  readonly retryAfterMs: number | undefined
  /** The service's own machine-readable code, such as `invalid_grant` or `NoSuchBucket`. */
  readonly code: string | undefined

  /** @param refusal `reason` must have passed `Answer.excerpt`: it is foreign text. */
  constructor(
    call: string,
    refusal: {
      status: number
      reason?: string | undefined
      code?: string | undefined
      retryAfterMs?: number | undefined
    },
  ) {
    super(`${call} answered ${refusal.status}${refusal.reason ? `: ${refusal.reason}` : ''}`)
    this.call = call
    this.status = refusal.status
    this.code = refusal.code
    this.retryAfterMs = refusal.retryAfterMs
  }
}

/** No complete answer arrived: DNS, connection or time limit. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'

  constructor(call: string, cause: unknown) {
    super(`${call} got no answer: ${excerpt(innermost(cause))}`, { cause })
  }
}

/** The service answered with success, but the body is not what its documentation says. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'

  constructor(call: string, problem: string) {
    super(`${call} answered with a body that cannot be used: ${excerpt(problem)}`)
  }
}

/** Whether a retry may help: 429, 5xx and network failures; never another refusal. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RefusedError) return error.status === 429 || error.status >= 500
  return error instanceof UnreachableError
}

/** Whether the service refuses the app as a whole: credentials, credit, rate limit. */
export function refusesUs(error: unknown): boolean {
  if (!(error instanceof RefusedError)) return false
  return [401, 402, 429].includes(error.status) || error.code === 'invalid_client'
}

/** `fetch failed` says nothing; the reason is the cause at the end of the chain. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  return error.cause === undefined ? error.message : innermost(error.cause)
}

const LONGEST_EXCERPT = 200
/** What tokens and keys look like; words and ids of events are shorter or have no digits. */
const LOOKS_SECRET = /(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}/g

/**
 * The beginning of foreign text, safe for logs: given secrets are removed wherever the service echoes
 * them, and so is everything that looks like a token.
 */
export function excerpt(text: string, secrets: readonly string[] = []): string {
  let safe = text
  for (const secret of secrets) {
    for (const form of [secret, encodeURIComponent(secret)]) {
      safe = safe.replaceAll(form, '[removed]')
    }
  }
  safe = safe.replace(LOOKS_SECRET, '[removed]')
  return safe.length > LONGEST_EXCERPT ? `${safe.slice(0, LONGEST_EXCERPT)}…` : safe
}
