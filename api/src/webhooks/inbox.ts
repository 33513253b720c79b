import type { PoolClient } from 'pg'
import { type Db, row, rows } from '../db/query.ts'
import type { Effect } from './events/handle.ts'
import { NOT_OWN, OWN } from './subscriptions.ts'

/** A stored delivery that waits to be processed. */
export interface WaitingEvent {
  readonly id: string
  readonly source: 'kick'
  readonly messageId: string
  readonly eventType: string
  readonly eventVersion: string
  readonly sentAt: Date
  readonly body: Buffer
  /** Whether it came under a subscription of this app. */
  readonly own: boolean
  /** How often it was tried before. */
  readonly attempts: number
}

const columns = `id, source, message_id as "messageId", event_type as "eventType",
  event_version as "eventVersion", message_timestamp as "sentAt", body, attempts, ${OWN} as own`
const waiting = 'processed_at is null and parked_at is null'

/** Locks what is due until the transaction ends; what another replica holds is passed over. */
export function claimDue(client: PoolClient, limit: number): Promise<WaitingEvent[]> {
  return rows(
    client,
    `select ${columns} from webhooks.incoming
     where ${waiting} and next_attempt_at <= now()
     order by next_attempt_at limit $1
     for update skip locked`,
    [limit],
  )
}

/** Locks one event, unless it has been dealt with or is held by another replica. */
export async function claimOne(client: PoolClient, id: string): Promise<WaitingEvent | undefined> {
  const claimed = await rows<WaitingEvent>(
    client,
    `select ${columns} from webhooks.incoming where id = $1 and ${waiting} for update skip locked`,
    [id],
  )
  return claimed[0]
}

/**
 * After this many tries a person has to look. With the pauses below that is about four minutes: less
 * than the five after which a waiting delivery counts as a backlog, which is another failure.
 */
const TRIES = 8
const FIRST_PAUSE_SECONDS = 2

/** Marks events processed, in the transaction that holds their effects. */
export async function markProcessed(
  client: PoolClient,
  settled: readonly { event: WaitingEvent; effect: Effect }[],
): Promise<void> {
  await client.query(
    `update webhooks.incoming
     set processed_at = clock_timestamp(), result = done.result, attempts = attempts + 1,
         last_error = case when done.own then last_error else $4 end
     from unnest($1::bigint[], $2::text[], $3::boolean[]) as done (id, result, own)
     where incoming.id = done.id`,
    [
      settled.map(({ event }) => event.id),
      settled.map(({ effect }) => effect),
      settled.map(({ event }) => event.own),
      NOT_OWN,
    ],
  )
}

/** Puts a failed event off, longer each time, or parks it when trying again is of no use. */
export async function markFailed(
  client: PoolClient,
  event: WaitingEvent,
  error: unknown,
  hopeless: boolean,
): Promise<{ parked: boolean }> {
  const parked = hopeless || event.attempts + 1 >= TRIES
  await client.query(
    `update webhooks.incoming
     set attempts = attempts + 1, last_error = $2,
         next_attempt_at = now() + make_interval(secs => $3),
         parked_at = case when $4 then now() end
     where id = $1`,
    [event.id, String(error).slice(0, 2000), pauseSeconds(event.attempts), parked],
  )
  return { parked }
}

/** Doubles, and is drawn from its upper half, so that what failed together does not return together. */
function pauseSeconds(attempts: number): number {
  const pause = FIRST_PAUSE_SECONDS * 2 ** attempts
  return pause * (0.5 + Math.random() / 2)
}

/** What lies in the inbox; instants in Unix seconds. */
export interface Backlog {
  readonly waiting: number
  readonly oldest: number | null
  readonly parked: number
}

/** Counts what waits and what was given up. */
export async function readBacklog(db: Db): Promise<Backlog> {
  const read = await row<Backlog>(
    db,
    `select waiting, oldest, parked from
       (select count(*)::int as waiting, extract(epoch from min(received_at))::float8 as oldest
        from webhooks.incoming
        where source = 'kick' and processed_at is null and parked_at is null) as inbox,
       (select count(*)::int as parked from webhooks.incoming
        where source = 'kick' and parked_at is not null) as given_up`,
  )
  return read ?? { waiting: 0, oldest: null, parked: 0 }
}

/** When the last delivery was stored, in Unix seconds. */
export async function lastReceived(db: Db): Promise<number | undefined> {
  const last = await row<{ at: number }>(
    db,
    `select extract(epoch from received_at)::float8 as at from webhooks.incoming
     order by id desc limit 1`,
  )
  return last?.at
}

const CONDITIONS = {
  parked: 'parked_at is not null',
  ignored: `result = 'ignored'`,
} as const

/** Puts parked, or ignored, events back into the inbox. @returns how many. */
export async function redrive(
  db: Db,
  wanted: { eventType: string | undefined; state: keyof typeof CONDITIONS },
): Promise<number> {
  const { rowCount } = await db.query(
    `update webhooks.incoming
     set parked_at = null, processed_at = null, result = null, attempts = 0, next_attempt_at = now()
     where ${CONDITIONS[wanted.state]} and ($1::text is null or event_type = $1)`,
    [wanted.eventType ?? null],
  )
  return rowCount ?? 0
}
