import { createHash, createHmac } from 'node:crypto'

/** What of a request goes into its signature. `url` is the request target as it was sent. */
export type SignedRequest = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The parts of an `AWS4-HMAC-SHA256` authorization header. */
export type Authorization = {
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
export function readAuthorization(header: string): Authorization | undefined {
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
export function computeSignature(
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

export const sha256 = (data: string | Buffer): string =>
  createHash('sha256').update(data).digest('hex')

const hmac = (key: Buffer | string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest()
