import type { Pool } from 'pg'
import { saveGoodRows } from '../db/query.ts'
import type { Delivery } from './delivery.ts'

/** Makes a delivery durable; rejects when it is not. */
export type Store = (delivery: Delivery) => Promise<'ok' | 'duplicate'>

interface Waiting {
  readonly delivery: Delivery
  readonly resolve: (result: 'ok' | 'duplicate') => void
  readonly reject: (error: unknown) => void
}

/** More at once would only wait for each other's commits. */
const WRITERS = 2
const LARGEST_BATCH = 100

const insert = {
  // Named, so that PostgreSQL plans it once a connection.
  name: 'store-webhooks',
  text: `insert into webhooks.incoming
           (source, message_id, event_type, event_version, subscription_id, message_timestamp, body)
         select 'kick', * from unnest
           ($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[])
         on conflict (source, message_id) do nothing
         returning message_id`,
}

/**
 * A delivery that comes alone is inserted at once. Those that come while the writers are busy share
 * the next insert and its commit, so that a burst costs the database few of either. The one insert
 * decides who was first, however many of the same message arrive at once.
 */
export function createStore(db: Pool): Store {
  let waiting: Waiting[] = []
  let writing = 0

  const write = async () => {
    const batch = waiting.slice(0, LARGEST_BATCH)
    waiting = waiting.slice(LARGEST_BATCH)
    writing++
    const insertSome = async (some: readonly Waiting[]) => {
      const stored = await insertAll(db, some)
      // Of the same message twice in one batch, one was stored.
      for (const { delivery, resolve } of some) {
        resolve(stored.delete(delivery.messageId) ? 'ok' : 'duplicate')
      }
    }
    try {
      for (const { row, error } of await saveGoodRows(batch, insertSome)) row.reject(error)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    } finally {
      writing--
      if (waiting.length > 0) void write()
    }
  }

  return (delivery) =>
    new Promise((resolve, reject) => {
      waiting.push({ delivery, resolve, reject })
      if (writing < WRITERS) void write()
    })
}

async function insertAll(db: Pool, batch: readonly Waiting[]): Promise<Set<string>> {
  const deliveries = batch.map(({ delivery }) => delivery)
  const { rows } = await db.query<{ message_id: string }>({
    ...insert,
    values: [
      deliveries.map(({ messageId }) => messageId),
      deliveries.map(({ eventType }) => eventType),
      deliveries.map(({ eventVersion }) => eventVersion),
      deliveries.map(({ subscriptionId }) => subscriptionId),
      deliveries.map(({ sentAt }) => sentAt),
      deliveries.map(({ body }) => body),
    ],
  })
  return new Set(rows.map(({ message_id }) => message_id))
}
