import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto'

export type KeyRing = ReturnType<typeof createKeyRing>
type Pair = { readonly publicKey: KeyObject; readonly privateKey: KeyObject }

const newPair = (): Pair => generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The key pairs Kick signs with: the current one, the one before, and a stranger's. */
export function createKeyRing() {
  let current = newPair()
  let previous = current
  let stranger: Pair | undefined
  const sign = (pair: Pair, text: Buffer): string =>
    createSign('RSA-SHA256').update(text).sign(pair.privateKey, 'base64')
  return {
    /** The public key in PEM, as `/public/v1/public-key` serves it. */
    publicKey: (which: 'current' | 'previous' = 'current'): string =>
      (which === 'current' ? current : previous).publicKey
        .export({ type: 'spki', format: 'pem' })
        .toString(),
    /** PKCS#1 v1.5 with SHA-256, in base64. */
    sign: (text: Buffer): string => sign(current, text),
    /** A well-formed signature by a key that Kick never had. */
    signAsStranger(text: Buffer): string {
      stranger ??= newPair()
      return sign(stranger, text)
    },
    /** Takes a new key pair into use. */
    rotate(): void {
      previous = current
      current = newPair()
    },
  }
}
