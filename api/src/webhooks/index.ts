import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { ApiConfig } from '../config.ts'
import type { createApiMetrics } from '../metrics.ts'
import { lastReceived } from './inbox/backlog.ts'
import { startProcessor } from './inbox/processor.ts'
import { createStore } from './inbox/store.ts'
import { kickKeySource } from './receiver/kick-key.ts'
import { createPublicKeys } from './receiver/public-key.ts'
import type { Receiving } from './receiver/receive.ts'

/** Webhooks from the delivery to its effects. */
export interface Inbox {
  /** For the receiver's route. */
  readonly receiving: Receiving
  /** Resolves when the events in hand are done. */
  stop(): Promise<void>
}

/** Starts to process what lies in the inbox, and makes ready to receive more. */
export const startInbox = async ({
  config,
  db,
  inboxDb,
  log,
  metrics,
}: {
  config: Pick<ApiConfig, 'KICK_API_URL'>
  db: Pool
  /** The receiver's own connections. */
  inboxDb: Pool
  log: Logger
  metrics: Pick<ReturnType<typeof createApiMetrics>, 'fetchFor' | 'webhooks'>
}): Promise<Inbox> => {
  const { webhooks, fetchFor } = metrics
  const last = await lastReceived(db)
  if (last !== undefined) webhooks.verifiedAt(last)

  const keys = createPublicKeys(
    kickKeySource({ baseUrl: config.KICK_API_URL, fetchFor: fetchFor.kick, db, log }),
  )
  // So that the first delivery does not wait for it; if it fails, that delivery asks again.
  void keys.current().catch((error: unknown) => log.warn({ error }, "no public key of Kick's yet"))

  const processor = startProcessor({ db, log, record: webhooks.processed })
  return {
    receiving: {
      now: () => new Date(),
      keys,
      store: createStore(inboxDb),
      record: webhooks.received,
      verified: () => webhooks.verifiedAt(Date.now() / 1000),
      stored: processor.wake,
    },
    stop: processor.stop,
  }
}
