/** The target answered, but not with what was asked for. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError'
  /** Such as `kick channels`. */
  readonly call: string
  readonly status: number
  /** How long the target asks to be left alone, where it says so. */
  readonly retryAfterMs: number | undefined
  /** The target's own machine-readable code, such as `invalid_grant` or `NoSuchBucket`. */
  readonly code: string | undefined

  constructor(
    call: string,
    refusal: {
      status: number
      reason?: string | undefined
      code?: string | undefined
      retryAfterMs?: number | undefined
    },
  ) {
    super(
      `${call} answered ${refusal.status}${refusal.reason ? `: ${shorten(refusal.reason)}` : ''}`,
    )
    this.call = call
    this.status = refusal.status
    this.code = refusal.code
    this.retryAfterMs = refusal.retryAfterMs
  }
}

/** No usable answer came: the name did not resolve, the connection broke, the time was up. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'

  constructor(call: string, cause: unknown) {
    super(`${call} got no answer: ${shorten(innermost(cause))}`, { cause })
  }
}

/** The target answered with success, but the body is not what its documentation says. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'

  constructor(call: string, problem: string) {
    super(`${call} answered with a body that cannot be used: ${shorten(problem)}`)
  }
}

/** Whether trying again may help: 429, 5xx and a broken way there; never another refusal. */
export function isTransient(error: unknown): boolean {
  if (error instanceof RefusedError) return error.status === 429 || error.status >= 500
  return error instanceof UnreachableError
}

/** Whether the target refuses us rather than this request: credentials, credit, allowance. */
export function refusesUs(error: unknown): boolean {
  if (!(error instanceof RefusedError)) return false
  return [401, 402, 429].includes(error.status) || error.code === 'invalid_client'
}

/** `fetch failed` says nothing; what broke is told by the cause at the end of the chain. */
function innermost(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error instanceof AggregateError && error.errors.length > 0) return innermost(error.errors[0])
  return error.cause === undefined ? error.message : innermost(error.cause)
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
