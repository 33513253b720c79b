import { createHash, generateKeyPairSync, sign, verify } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { digestOf, signedDigest } from '../../src/webhooks/delivery.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const sha256 = (text: string) => createHash('sha256').update(text).digest()

it('finds the digest that the key signed, and none in a signature of another key or scheme', () => {
  const signed = sign('RSA-SHA256', Buffer.from('text'), privateKey).toString('base64')
  expect(signedDigest(signed, publicKey)).toEqual(sha256('text'))
  expect(signedDigest(signed, stranger.publicKey)).toBeUndefined()
  for (const algorithm of ['RSA-SHA1', 'RSA-SHA512', 'RSA-MD5']) {
    const other = sign(algorithm, Buffer.from('text'), privateKey).toString('base64')
    expect(signedDigest(other, publicKey)).toBeUndefined()
  }
  const pss = sign('RSA-SHA256', Buffer.from('text'), { key: privateKey, padding: 6 })
  expect(signedDigest(pss.toString('base64'), publicKey)).toBeUndefined()
})

it('agrees with the verification of Node, whatever is changed', () => {
  const text = fc.string({ maxLength: 50 })
  const change = fc.option(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 255 })), { freq: 3 })
  fc.assert(
    fc.property(text, text, change, fc.boolean(), (signedText, sentText, flip, swap) => {
      const sent = swap ? sentText : signedText
      const signature = sign('RSA-SHA256', Buffer.from(signedText), privateKey)
      if (flip) signature[flip[0]] = (signature[flip[0]] ?? 0) ^ flip[1]
      const expected = verify('RSA-SHA256', Buffer.from(sent), publicKey, signature)
      const digest = signedDigest(signature.toString('base64'), publicKey)
      expect(digest?.equals(sha256(sent)) ?? false).toBe(expected)
    }),
    { seed: 1, numRuns: 200 },
  )
})

it('covers id, timestamp and body, joined by dots', () => {
  const headers = {
    messageId: 'id',
    timestamp: '2026-11-22T10:00:00Z',
    signature: '',
    eventType: '',
    eventVersion: '',
    subscriptionId: '',
  }
  expect(digestOf(headers, Buffer.from('{}'))).toEqual(sha256('id.2026-11-22T10:00:00Z.{}'))
})
