/** The machine-readable code of a refusal. Codes are stable, unlike messages. */
export const ERROR_CODES = [
  'invalid_input',
  'below_floor',
  'not_signed_in',
  'wrong_pin',
  'forbidden',
  'not_found',
  'wrong_state',
  'already_exists',
  'too_large',
  'unsupported_encoding',
  'too_many_requests',
  'unavailable',
  'internal',
] as const

/** What a refusal says besides its message. */
export interface ErrorDetails {
  readonly code: (typeof ERROR_CODES)[number]
  /** The invalid part of the input, as a path such as `terms.deliveries`. */
  readonly field?: string
  /** The current state of the thing, where that is the reason. */
  readonly state?: string
  readonly retryAfterSeconds?: number
}

/** A request that the platform refuses; `http/errors.ts` maps the code to a status. */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly details: ErrorDetails

  constructor(message: string, details: ErrorDetails) {
    super(message)
    this.details = details
  }
}

/** This field of the input is invalid. */
export function invalid(field: string, message: string): DomainError {
  return new DomainError(message, { code: 'invalid_input', field })
}

/** A term is worth less than the campaign allows. */
export function belowFloor(field: string, floor: number): DomainError {
  return new DomainError(`${field} must be at least ${floor}, the campaign's floor.`, {
    code: 'below_floor',
    field,
  })
}

/** The request carries no valid session. */
export function notSignedIn(): DomainError {
  return new DomainError('Sign in first: POST /api/sign-in/pin, then POST /api/sign-in.', {
    code: 'not_signed_in',
  })
}

/** The PIN is wrong, used or expired. */
export function wrongPin(): DomainError {
  return new DomainError('This PIN does not fit or is not valid any more.', {
    code: 'wrong_pin',
    field: 'pin',
  })
}

/** The account's role may not do this. */
export function forbidden(message: string): DomainError {
  return new DomainError(message, { code: 'forbidden' })
}

/** The account can see no such thing; whether another account can is not disclosed. */
export function notFound(what: string): DomainError {
  return new DomainError(`There is no such ${what}.`, { code: 'not_found' })
}

/** The thing is not in a state that allows this. */
export function wrongState(what: string, state: string, wanted: readonly string[]): DomainError {
  return new DomainError(`The ${what} is ${state}; this needs it to be ${wanted.join(' or ')}.`, {
    code: 'wrong_state',
    state,
  })
}

/** The state of a related thing does not allow this. */
export function blocked(message: string, state: string): DomainError {
  return new DomainError(message, { code: 'wrong_state', state })
}

/** There can be only one; `state` is that of the existing one. */
export function alreadyExists(message: string, state?: string): DomainError {
  return new DomainError(message, { code: 'already_exists', ...(state !== undefined && { state }) })
}

/** The body exceeds the limit. */
export function tooLarge(limit: number): DomainError {
  return new DomainError(`The body is larger than ${limit} bytes.`, { code: 'too_large' })
}

/** The body is compressed. */
export function unsupportedEncoding(): DomainError {
  return new DomainError('Send the body without Content-Encoding.', {
    code: 'unsupported_encoding',
  })
}

/** The client must wait before the next try. */
export function tooManyRequests(message: string, retryAfterSeconds: number): DomainError {
  return new DomainError(message, { code: 'too_many_requests', retryAfterSeconds })
}

/** A dependency is unavailable. */
export function unavailable(message: string, retryAfterSeconds = 5): DomainError {
  return new DomainError(message, { code: 'unavailable', retryAfterSeconds })
}
