import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import { s3Error } from './faults.ts'

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

/** What of a request goes into its signature. `url` is the request target as it was sent. */
export type SignedRequest = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The parts of an `AWS4-HMAC-SHA256` authorization header. */
type Authorization = {
  readonly accessKeyId: string
  readonly date: string
  readonly region: string
  readonly service: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

const form =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request,\s*SignedHeaders=([^,]+),\s*Signature=([\da-f]{64})$/

/** Takes an authorization header apart; undefined when it is not of version 4. */
function readAuthorization(header: string): Authorization | undefined {
  const [, accessKeyId, date, region, service, signedHeaders, signature] = form.exec(header) ?? []
  if (!accessKeyId || !date || !region || !service || !signedHeaders || !signature) return undefined
  return {
    accessKeyId,
    date,
    region,
    service,
    signedHeaders: signedHeaders.split(';'),
    signature,
  }
}

/**
 * Computes the signature that the request ought to carry
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
 */
function computeSignature(
  request: SignedRequest,
  { date, region, service, signedHeaders }: Authorization,
  secret: string,
): string {
  const scope = `${date}/${region}/${service}/aws4_request`
  const text = [
    'AWS4-HMAC-SHA256',
    request.headers['x-amz-date'] ?? '',
    scope,
    sha256(canonicalRequest(request, signedHeaders)),
  ].join('\n')
  const key = [date, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`)
  return hmac(key, text).toString('hex')
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = request.url.split('?', 2)
  return [
    request.method,
    // In a path S3 reads `+` as a space.
    path.replaceAll('+', ' ').split('/').map(reencode).join('/'),
    canonicalQuery(query),
    ...signedHeaders.map((name) => `${name}:${squeeze(request.headers[name] ?? '')}`),
    '',
    signedHeaders.join(';'),
    request.headers['x-amz-content-sha256'] ?? '',
  ].join('\n')
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter((pair) => pair !== '')
  return pairs
    .map((pair) => {
      const [name = '', ...value] = pair.split('=')
      return `${reencode(name)}=${reencode(value.join('='))}`
    })
    .sort()
    .join('&')
}

const squeeze = (value: string): string => value.trim().replace(/\s+/g, ' ')

/** Percent-encodes all but the unreserved characters, once, however the client wrote it. */
const reencode = (text: string): string =>
  encodeURIComponent(decode(text)).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  )

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()
