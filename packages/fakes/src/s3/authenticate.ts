import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import { s3Error } from '../moods/s3.ts'
import {
  type Authorization,
  computeSignature,
  readAuthorization,
  type SignedRequest,
  sha256,
} from './signature.ts'

/** The one key of the storage and where it is said to be. */
export type S3Access = {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly region: string
}

const tolerance = 15 * 60_000

/** Checks a request as S3 does; undefined when it is good, otherwise S3's refusal. */
export function refuseUnlessSigned(
  request: SignedRequest,
  access: S3Access,
  clock: Clock,
): Answer | undefined {
  const header = request.headers.authorization
  if (header === undefined) return s3Error(403, 'AccessDenied', 'Access Denied')
  const authorization = readAuthorization(header)
  if (authorization === undefined || authorization.service !== 's3') {
    return malformed('The authorization header is malformed')
  }
  if (authorization.region !== access.region) {
    return malformed(
      `The authorization header is malformed; the region '${authorization.region}' is wrong; expecting '${access.region}'`,
    )
  }
  if (authorization.accessKeyId !== access.accessKeyId) {
    return s3Error(
      403,
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
    )
  }
  return (
    dateProblem(request, authorization, clock) ??
    signatureProblem(request, authorization, access) ??
    payloadProblem(request)
  )
}

const malformed = (message: string): Answer => s3Error(400, 'AuthorizationHeaderMalformed', message)

function dateProblem(request: SignedRequest, { date }: Authorization, clock: Clock) {
  const text = request.headers['x-amz-date'] ?? ''
  const [, day, time] = /^(\d{8})T(\d{6})Z$/.exec(text) ?? []
  if (!day || !time) {
    return s3Error(
      403,
      'AccessDenied',
      'AWS authentication requires a valid Date or x-amz-date header',
    )
  }
  const iso = `${day}${time}`.replace(/(....)(..)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5:$6Z')
  if (date !== day)
    return malformed('Date in Credential scope does not match YYYYMMDD from ISO-8601')
  return Math.abs(Date.parse(iso) - clock()) <= tolerance
    ? undefined
    : s3Error(
        403,
        'RequestTimeTooSkewed',
        'The difference between the request time and the current time is too large.',
      )
}

/** Every `x-amz-` header and the host must be among what was signed. */
function signatureProblem(request: SignedRequest, given: Authorization, access: S3Access) {
  const required = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'))
  const unsigned = ['host', ...required].filter((name) => !given.signedHeaders.includes(name))
  if (unsigned.length > 0) {
    return s3Error(
      403,
      'AccessDenied',
      'There were headers present in the request which were not signed',
    )
  }
  const expected = computeSignature(request, given, access.secretAccessKey)
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given.signature))
    ? undefined
    : s3Error(
        403,
        'SignatureDoesNotMatch',
        'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      )
}

function payloadProblem({ headers, body }: SignedRequest) {
  const claimed = headers['x-amz-content-sha256']
  if (claimed === undefined) {
    return s3Error(
      400,
      'InvalidRequest',
      'Missing required header for this request: x-amz-content-sha256',
    )
  }
  if (claimed === 'UNSIGNED-PAYLOAD') return undefined
  if (claimed.startsWith('STREAMING-')) {
    return s3Error(501, 'NotImplemented', `${claimed} not implemented`)
  }
  return claimed === sha256(body)
    ? undefined
    : s3Error(
        400,
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      )
}
