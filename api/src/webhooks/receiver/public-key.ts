import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Logger } from 'pino'

/** Where the key comes from and where it is remembered. */
export interface KeySource {
  /** Asks Kick for its current key, as PEM. */
  readonly fetchPem: () => Promise<string>
  /** The key that was stored last, by whichever process. */
  readonly loadPem: () => Promise<string | undefined>
  readonly storePem: (pem: string) => Promise<void>
  readonly log: Logger
}

/** Kick's signing key. */
export interface PublicKeys {
  /** @throws Error when there is no key at all: Kick does not answer and none was ever stored. */
  current(): Promise<KeyObject>
  /** After a failed signature: Kick's key if it is another one by now. */
  newerThan(key: KeyObject): Promise<KeyObject | undefined>
}

/** A stranger's bad signatures make us ask Kick this often and not more. */
const ASK_AT_MOST_EVERY_MS = 10_000

/** Keeps the key in memory; concurrent callers share one question to Kick. */
export const createPublicKeys = (source: KeySource): PublicKeys => {
  let key: KeyObject | undefined
  let pem = ''
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<KeyObject> | undefined

  const adopt = (fetched: string): KeyObject => {
    if (!key || fetched !== pem) key = createPublicKey(fetched)
    pem = fetched
    return key
  }

  const ask = async (): Promise<KeyObject> => {
    askedAt = performance.now()
    const known = pem
    const adopted = adopt(await source.fetchPem())
    if (pem !== known) {
      await source.storePem(pem).catch((error: Error) => {
        source.log.warn({ error: error.message }, "Kick's public key could not be stored")
      })
    }
    return adopted
  }

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
      source.log.warn({ error: String(error) }, "Kick's public key is the stored one")
      return adopt(stored)
    }
  }

  return {
    current: async () => key ?? (await askOrRemember()),

    newerThan: async (failed) => {
      if (key && key !== failed) return key
      if (!asking && performance.now() - askedAt < ASK_AT_MOST_EVERY_MS) return undefined
      const fetched = await askOnce().catch((error: unknown) => {
        source.log.warn({ error: String(error) }, "Kick's public key could not be fetched")
        return failed
      })
      return fetched === failed ? undefined : fetched
    },
  }
}
