import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { FetchFor } from '../clients/http/exchange.ts'
import { fetchPublicKey } from '../clients/kick/public-key.ts'
import { row } from '../db/query.ts'

/** Where the key comes from and where it is remembered. */
export interface KeySource {
  /** Asks Kick for its current key, as PEM. */
  readonly fetchPem: () => Promise<string>
  /** The key that was stored last, by whichever process. */
  readonly loadPem: () => Promise<string | undefined>
  readonly storePem: (pem: string) => Promise<void>
  readonly log: Pick<Logger, 'warn'>
}

/** Kick's signing key. */
export interface PublicKeys {
  /** @throws Error when there is no key at all: Kick does not answer and none was ever stored. */
  current(): Promise<KeyObject>
  /** The key before the current one, for as long as deliveries that it signed may still come. */
  previous(): KeyObject | undefined
  /** After a failed signature: Kick's key if it is another one by now. */
  newerThan(key: KeyObject): Promise<KeyObject | undefined>
}

/**
 * How often bad signatures make us ask Kick: a few times at once, so that a stranger's do not hide a
 * change of the key, then now and then, so that they do not make us a nuisance.
 */
const QUESTIONS_AT_ONCE = 5
const ANOTHER_QUESTION_EVERY_MS = 10_000

/** So much later a delivery may still come that was signed before the key changed. */
const PREVIOUS_FOR_MS = 60 * 60_000

/** Takes one of the questions that are left. */
function createAllowance() {
  let left = QUESTIONS_AT_ONCE
  let countedAt = performance.now()
  return (): boolean => {
    const now = performance.now()
    left = Math.min(QUESTIONS_AT_ONCE, left + (now - countedAt) / ANOTHER_QUESTION_EVERY_MS)
    countedAt = now
    if (left < 1) return false
    left -= 1
    return true
  }
}

/** Keeps the key in memory; concurrent callers share one question to Kick. */
export function createPublicKeys(source: KeySource): PublicKeys {
  let key: KeyObject | undefined
  let pem = ''
  let replaced: { key: KeyObject; until: number } | undefined
  let asking: Promise<KeyObject> | undefined
  const mayAsk = createAllowance()

  const adopt = (fetched: string): KeyObject => {
    if (key && fetched === pem) return key
    const adopted = createPublicKey(fetched)
    if (key) replaced = { key, until: performance.now() + PREVIOUS_FOR_MS }
    key = adopted
    pem = fetched
    return key
  }

  const ask = async (): Promise<KeyObject> => {
    const known = pem
    const adopted = adopt(await source.fetchPem())
    // No delivery waits for this.
    if (pem !== known) void remember()
    return adopted
  }

  const remember = () =>
    source.storePem(pem).catch((error: Error) => {
      source.log.warn({ err: error.message }, "Kick's public key could not be stored")
    })

  const askOnce = (): Promise<KeyObject> => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }

  const askOrRemember = async (): Promise<KeyObject> => {
    try {
      return await askOnce()
    } catch (error) {
      const stored = await source.loadPem()
      if (stored === undefined) throw error
      source.log.warn({ err: String(error) }, "Kick's public key is the stored one")
      return adopt(stored)
    }
  }

  return {
    current: async () => key ?? (await askOrRemember()),

    previous: () => (replaced && performance.now() < replaced.until ? replaced.key : undefined),

    newerThan: async (failed) => {
      if (key && key !== failed) return key
      if (!asking && !mayAsk()) return undefined
      const fetched = await askOnce().catch((error: unknown) => {
        source.log.warn({ err: String(error) }, "Kick's public key could not be fetched")
        return failed
      })
      return fetched === failed ? undefined : fetched
    },
  }
}

/** Within the second after which Kick gives up on a delivery. */
const PATIENCE_MS = 800

/** Kick's public-key endpoint, with the database as memory for a start while Kick is down. */
export function kickKeySource(options: {
  baseUrl: string
  fetchFor: FetchFor<'public_key'>
  db: Pool
  log: Logger
}): KeySource {
  return {
    log: options.log,
    fetchPem: () => fetchPublicKey(options, AbortSignal.timeout(PATIENCE_MS)),
    loadPem: async () => {
      const stored = await row<{ pem: string }>(
        options.db,
        `select pem from webhooks.public_keys where source = 'kick'`,
      )
      return stored?.pem
    },
    storePem: async (pem) => {
      await options.db.query(
        `insert into webhooks.public_keys (source, pem) values ('kick', $1)
       on conflict (source) do update set pem = excluded.pem, fetched_at = now()`,
        [pem],
      )
    },
  }
}
