import { constants, createHash, type KeyObject, publicDecrypt } from 'node:crypto'

/** What Kick says about a delivery in its headers. */
export interface DeliveryHeaders {
  readonly messageId: string
  /** As sent: these characters are part of what is signed. */
  readonly timestamp: string
  /** Base64. */
  readonly signature: string
  readonly eventType: string
  readonly eventVersion: string
  readonly subscriptionId: string
}

/** A delivery whose signature was verified. */
export interface Delivery extends Omit<DeliveryHeaders, 'timestamp' | 'signature'> {
  readonly sentAt: Date
  /** The bytes that were signed. */
  readonly body: Buffer
}

/**
 * How far a delivery's timestamp may be from now. Ids make a repetition harmless for as long as the
 * inbox keeps what it processed, which is much longer, so the window only has to be shorter than that.
 * It is wide because a refused delivery is lost: Kick may be late, and our clock may be wrong.
 */
export const WINDOW_HOURS = 24
const WINDOW_MS = WINDOW_HOURS * 3_600_000
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * What each header may hold. The signature covers `id.timestamp.body`, so neither an id nor a timestamp
 * may hold characters that would let one field reach into the next. The others are not signed.
 */
const FORMATS = {
  'kick-event-message-id': /^[\w-]{1,64}$/,
  'kick-event-message-timestamp': INSTANT,
  'kick-event-signature': /^[A-Za-z0-9+/]{1,1024}={0,2}$/,
  'kick-event-type': /^[\w.-]{1,100}$/,
  'kick-event-version': /^\w{1,10}$/,
  'kick-event-subscription-id': /^[\w-]{0,64}$/,
} as const

/** Header that is absent, or whose value has the wrong form. */
export type HeaderProblem = { readonly missing: string } | { readonly malformed: string }

/**
 * Reads and checks the headers. Version and subscription may be absent: that is no reason to lose an
 * event.
 */
export function readHeaders(
  header: (name: string) => string | undefined,
): DeliveryHeaders | HeaderProblem {
  const values: Record<string, string> = {}
  for (const [name, format] of Object.entries(FORMATS)) {
    const value = header(name) || DEFAULTS[name]
    if (value === undefined) return { missing: name }
    if (!format.test(value)) return { malformed: name }
    values[name] = value
  }
  return {
    messageId: values['kick-event-message-id'] ?? '',
    timestamp: values['kick-event-message-timestamp'] ?? '',
    signature: values['kick-event-signature'] ?? '',
    eventType: values['kick-event-type'] ?? '',
    eventVersion: values['kick-event-version'] ?? '',
    subscriptionId: values['kick-event-subscription-id'] ?? '',
  }
}

const DEFAULTS: Readonly<Record<string, string>> = {
  'kick-event-version': '1',
  'kick-event-subscription-id': '',
}

/** The instant of a delivery, or `undefined` when it is outside the window around `now`. */
export function freshInstant(timestamp: string, now: Date): Date | undefined {
  const instant = new Date(timestamp)
  return Math.abs(instant.getTime() - now.getTime()) <= WINDOW_MS ? instant : undefined
}

/** The ASN.1 frame of a SHA-256 digest in a PKCS#1 v1.5 signature (RFC 8017 §9.2, note 1). */
const SHA256_FRAME = Buffer.from('3031300d060960864801650304020105000420', 'hex')
const SHA256_BYTES = 32

/**
 * The digest that the owner of `key` signed: RSA PKCS#1 v1.5 with SHA-256
 * (https://docs.kick.com/events/webhook-security). Needs no body, so forged deliveries are refused
 * before any of their body is read.
 *
 * @returns `undefined` when another key made the signature.
 */
export function signedDigest(signature: string, key: KeyObject): Buffer | undefined {
  try {
    const bytes = Buffer.from(signature, 'base64')
    const framed = publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, bytes)
    const frame = framed.subarray(0, SHA256_FRAME.byteLength)
    const digest = framed.subarray(SHA256_FRAME.byteLength)
    return frame.equals(SHA256_FRAME) && digest.byteLength === SHA256_BYTES ? digest : undefined
  } catch {
    return undefined
  }
}

/** The digest of what Kick signs: `id.timestamp.body`. Type, version and subscription are not signed. */
export function digestOf({ messageId, timestamp }: DeliveryHeaders, body: Buffer): Buffer {
  return createHash('sha256').update(`${messageId}.${timestamp}.`).update(body).digest()
}
