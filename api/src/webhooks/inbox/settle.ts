import type { PoolClient } from 'pg'
import type { Effect } from '../events/index.ts'
import type { WaitingEvent } from './claim.ts'

/**
 * After this many tries a person has to look. With the pauses below that is about four minutes: less
 * than the five after which a waiting delivery is told as a backlog, which is another failure.
 */
const TRIES = 8
const FIRST_PAUSE_SECONDS = 2

/** Marks events processed, in the transaction that holds their effects. */
export const markProcessed = async (
  client: PoolClient,
  settled: readonly { event: WaitingEvent; effect: Effect }[],
): Promise<void> => {
  await client.query(
    `update webhooks.incoming
     set processed_at = clock_timestamp(), result = done.result, attempts = attempts + 1
     from unnest($1::bigint[], $2::text[]) as done (id, result)
     where incoming.id = done.id`,
    [settled.map(({ event }) => event.id), settled.map(({ effect }) => effect)],
  )
}

/** Puts a failed event off, longer each time, or parks it when trying again is of no use. */
export const markFailed = async (
  client: PoolClient,
  event: WaitingEvent,
  error: unknown,
  hopeless: boolean,
): Promise<{ parked: boolean }> => {
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
const pauseSeconds = (attempts: number): number => {
  const pause = FIRST_PAUSE_SECONDS * 2 ** attempts
  return pause * (0.5 + Math.random() / 2)
}
