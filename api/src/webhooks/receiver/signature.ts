import { type KeyObject, verify } from 'node:crypto'
import type { DeliveryHeaders } from './delivery.ts'

/**
 * Whether Kick signed these bytes: RSA PKCS#1 v1.5 with SHA-256 over `id.timestamp.body`
 * (https://docs.kick.com/events/webhook-security). Type, version and subscription are not signed.
 */
export const isSigned = (headers: DeliveryHeaders, body: Buffer, key: KeyObject): boolean => {
  const signed = Buffer.concat([Buffer.from(`${headers.messageId}.${headers.timestamp}.`), body])
  return verify('RSA-SHA256', signed, key, Buffer.from(headers.signature, 'base64'))
}
