import { HTTPException } from 'hono/http-exception'

/** The machine-readable reason of a refusal; stable, unlike its message. */
export const REFUSAL_CODES = [
  'invalid_input',
  'below_floor',
  'not_signed_in',
  'wrong_pin',
  'forbidden',
  'not_found',
  'wrong_state',
  'already_exists',
  'too_large',
  'too_many_requests',
  'unavailable',
  'internal',
] as const

/** What a refusal tells besides its message. */
export interface RefusalDetails {
  readonly code: (typeof REFUSAL_CODES)[number]
  /** The part of the input at fault, as a path such as `terms.deliveries`. */
  readonly field?: string
  /** The state a thing is in, where that is why. */
  readonly state?: string
  readonly retryAfterSeconds?: number
}

type RefusalStatus = 400 | 401 | 403 | 404 | 409 | 413 | 429 | 503

const refusal = (status: RefusalStatus, message: string, details: RefusalDetails) =>
  new HTTPException(status, { message, cause: details })

/** 400: this field of the input cannot be taken. */
export const invalid = (field: string, message: string) =>
  refusal(400, message, { code: 'invalid_input', field })

/** 400: a term is worth less than the campaign allows. */
export const belowFloor = (field: string, floor: number) =>
  refusal(400, `${field} must be at least ${floor}, the campaign's floor.`, {
    code: 'below_floor',
    field,
  })

/** 401: nobody is signed in. */
export const notSignedIn = () =>
  refusal(401, 'Sign in first: POST /api/sign-in/pin, then POST /api/sign-in.', {
    code: 'not_signed_in',
  })

/** 401: the PIN does not fit, or is used up, or too old. */
export const wrongPin = () =>
  refusal(401, 'This PIN does not fit or is not valid any more.', {
    code: 'wrong_pin',
    field: 'pin',
  })

/** 403: this role may not. */
export const forbidden = (message: string) => refusal(403, message, { code: 'forbidden' })

/** 404: there is no such thing for this account; whether another one has it is not told. */
export const notFound = (what: string) =>
  refusal(404, `There is no such ${what}.`, { code: 'not_found' })

/** 409: the thing is not in a state from which this can happen. */
export const wrongState = (what: string, state: string, wanted: readonly string[]) =>
  refusal(409, `The ${what} is ${state}; this needs it to be ${wanted.join(' or ')}.`, {
    code: 'wrong_state',
    state,
  })

/** 409: it is the state of something that hangs on the thing which is in the way. */
export const blocked = (message: string, state: string) =>
  refusal(409, message, { code: 'wrong_state', state })

/** 409: there can only be one; `state` is that of the one there is. */
export const alreadyExists = (message: string, state?: string) =>
  refusal(409, message, { code: 'already_exists', ...(state !== undefined && { state }) })

/** 413: more bytes than are read. */
export const tooLarge = (limit: number) =>
  refusal(413, `The body is larger than ${limit} bytes.`, { code: 'too_large' })

/** 429: wait before the next try. */
export const tooManyRequests = (message: string, retryAfterSeconds: number) =>
  refusal(429, message, { code: 'too_many_requests', retryAfterSeconds })

/** 503: something this needs is away. */
export const unavailable = (message: string, retryAfterSeconds = 5) =>
  refusal(503, message, { code: 'unavailable', retryAfterSeconds })
