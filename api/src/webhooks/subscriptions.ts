import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type Db, rows } from '../db/query.ts'
import { every } from '../every.ts'

/**
 * A condition on a row of `webhooks.incoming`: the delivery came under a subscription of this app. Until
 * Kick's list was read for the first time every delivery counts as meant for us.
 */
export const OWN = `(
  not exists (select from kick_listed_subscriptions)
  or exists (select from kick_listed_subscriptions as listed
             where listed.subscription_id = incoming.subscription_id)
  or exists (select from kick_subscriptions as made
             where made.subscription_id = incoming.subscription_id))`

/** Recorded with deliveries that were set apart, because their subscription is not known. */
export const NOT_OWN = 'the subscription is not known to be one of this app'

/** Knows the subscriptions of this app, from memory. */
export interface KnownSubscriptions {
  isOwn(subscriptionId: string): boolean
  stop(): Promise<void>
}

const REFRESH_SECONDS = 60
const REFRESH_AFTER_MISS_MS = 5_000

/** Reads the subscriptions now, regularly, and soon after an unknown one. */
export function startKnownSubscriptions(db: Pool, log: Logger): KnownSubscriptions {
  let listed = false
  let known = new Set<string>()
  let readAt = Number.NEGATIVE_INFINITY
  const read = async () => {
    readAt = performance.now()
    const found = await rows<{ id: string; listed: boolean }>(
      db,
      `select subscription_id as id, true as listed from kick_listed_subscriptions
       union all select subscription_id, false from kick_subscriptions`,
    )
    listed = found.some((row) => row.listed)
    known = new Set(found.map(({ id }) => id))
  }
  const ticking = every(REFRESH_SECONDS, 'reading the Kick subscriptions', log, read)
  return {
    isOwn(subscriptionId) {
      if (!listed || known.has(subscriptionId)) return true
      if (performance.now() - readAt > REFRESH_AFTER_MISS_MS) ticking.runNow()
      return false
    },
    stop: ticking.stop,
  }
}

/** Records the whole list of the app's subscriptions. Deliveries set apart until now are processed. */
export async function recordListed(db: Db, ids: readonly string[]): Promise<void> {
  await db.query(
    `insert into kick_listed_subscriptions (subscription_id) select unnest($1::text[])
     on conflict (subscription_id) do update set listed_at = now()`,
    [ids],
  )
  await db.query('delete from kick_listed_subscriptions where subscription_id <> all($1::text[])', [
    ids,
  ])
  await release(db, ids)
}

/** Deliveries are looked for this far back; they may come before Kick has answered that it subscribed us. */
const SET_APART_DAYS = 2

/** Puts deliveries back into the inbox that came before their subscription was known. */
export async function release(db: Db, subscriptionIds: readonly string[]): Promise<void> {
  await db.query(
    `update webhooks.incoming
     set processed_at = null, result = null, last_error = null, next_attempt_at = now()
     where processed_at > now() - make_interval(days => $3)
       and result = 'ignored' and last_error = $2 and subscription_id = any($1)`,
    [subscriptionIds, NOT_OWN, SET_APART_DAYS],
  )
}
