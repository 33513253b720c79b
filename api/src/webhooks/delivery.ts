import { type KeyObject, verify } from 'node:crypto'

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

const WINDOW_MS = 5 * 60_000
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * Reads the headers; `undefined` when one is missing that verifying or processing needs. Version and
 * subscription are not among them: their absence is no reason to lose an event.
 */
export function readHeaders(
  header: (name: string) => string | undefined,
): DeliveryHeaders | undefined {
  const messageId = header('kick-event-message-id')
  const timestamp = header('kick-event-message-timestamp')
  const signature = header('kick-event-signature')
  const eventType = header('kick-event-type')
  if (!messageId || !timestamp || !signature || !eventType) return undefined
  const eventVersion = header('kick-event-version') ?? '1'
  const subscriptionId = header('kick-event-subscription-id') ?? ''
  return { messageId, timestamp, signature, eventType, eventVersion, subscriptionId }
}

/** The instant of a delivery, or `undefined` when it is not within five minutes of `now`. */
export function freshInstant(timestamp: string, now: Date): Date | undefined {
  if (!INSTANT.test(timestamp)) return undefined
  const instant = new Date(timestamp)
  return Math.abs(instant.getTime() - now.getTime()) <= WINDOW_MS ? instant : undefined
}

/**
 * Whether Kick signed these bytes: RSA PKCS#1 v1.5 with SHA-256 over `id.timestamp.body`
 * (https://docs.kick.com/events/webhook-security). Type, version and subscription are not signed.
 */
export function isSigned(headers: DeliveryHeaders, body: Buffer, key: KeyObject): boolean {
  const signed = Buffer.concat([Buffer.from(`${headers.messageId}.${headers.timestamp}.`), body])
  return verify('RSA-SHA256', signed, key, Buffer.from(headers.signature, 'base64'))
}
