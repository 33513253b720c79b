import { createPublicKey } from 'node:crypto'
import { z } from 'zod'
import { UnreadableError } from '../http/errors.ts'
import { exchange, type FetchFor, urlUnder } from '../http/exchange.ts'
import { type RetryPolicy, withRetries } from '../http/retry.ts'
import { itemsOf } from './envelope.ts'

const keySchema = z.object({ public_key: z.string() })

/** A webhook waits for the key, so the time is short. */
const BRIEF: RetryPolicy = { attempts: 2, firstPauseMs: 200, longestPauseMs: 1_000 }
const TIMEOUT_MS = 3_000

/**
 * Fetches the key that Kick signs webhooks with. Needs no token.
 *
 * @returns the key in PEM, known to be a readable public key.
 * @throws RefusedError, UnreachableError, UnreadableError
 */
export async function fetchPublicKey(
  { baseUrl, fetchFor }: { baseUrl: string; fetchFor: FetchFor<'public_key'> },
  signal?: AbortSignal,
): Promise<string> {
  const name = 'kick public_key'
  return withRetries(BRIEF, signal, async () => {
    const answer = await exchange({
      name,
      fetch: fetchFor('public_key'),
      request: urlUnder(baseUrl, '/public/v1/public-key'),
      timeoutMs: TIMEOUT_MS,
      maxBytes: 64 * 1024,
      signal,
    })
    const read = keySchema.safeParse(itemsOf(name, answer)[0])
    if (!read.success) throw new UnreadableError(name, 'no public_key')
    if (!isRsaPublicKey(read.data.public_key)) {
      throw new UnreadableError(name, 'public_key is no RSA public key in PEM')
    }
    return read.data.public_key
  })
}

const SHORTEST_KEY_BITS = 2048

/** Kick signs with RSA; with another key every delivery would be refused. */
function isRsaPublicKey(pem: string): boolean {
  if (!pem.includes('BEGIN PUBLIC KEY')) return false
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPublicKey(pem)
    const bits = asymmetricKeyDetails?.modulusLength ?? 0
    return asymmetricKeyType === 'rsa' && bits >= SHORTEST_KEY_BITS
  } catch {
    return false
  }
}
