import type { CreatedSubscription } from '../../clients/kick/subscriptions.ts'
import { type Db, rows } from '../../db/query.ts'
import { keyOf } from './wanted.ts'

/** A subscription that this deployment made. */
export interface OwnSubscription {
  readonly id: string
  readonly kickUserId: number
  readonly name: string
  readonly version: number
  readonly createdAt: Date
  readonly madeInVain: number
}

/** The subscriptions this deployment made, by channel and event. */
export async function ownSubscriptions(db: Db): Promise<Map<string, OwnSubscription>> {
  const own = await rows<OwnSubscription & { [column: string]: unknown }>(
    db,
    `select subscription_id as id, kick_user_id::float8 as "kickUserId", event_type as name,
       event_version as version, created_at as "createdAt", made_in_vain as "madeInVain"
     from kick_subscriptions`,
  )
  return new Map(own.map((each) => [keyOf(each.kickUserId, each), each]))
}

/** Notes what was made. Where one was made before, it was in vain: Kick does not list it. */
export async function noteMade(
  db: Db,
  kickUserId: number,
  made: readonly (CreatedSubscription & { readonly id: string })[],
): Promise<void> {
  await db.query(
    `insert into kick_subscriptions as former (subscription_id, kick_user_id, event_type, event_version)
     select id, $1, name, version
     from unnest($2::text[], $3::text[], $4::integer[]) as made (id, name, version)
     on conflict (kick_user_id, event_type, event_version) do update
     set subscription_id = excluded.subscription_id, created_at = now(),
         made_in_vain = former.made_in_vain + 1`,
    [
      kickUserId,
      made.map(({ id }) => id),
      made.map(({ name }) => name),
      made.map((each) => each.version),
    ],
  )
}

/** Notes that Kick lists these, so nothing was in vain. */
export async function noteListed(db: Db, ids: readonly string[]): Promise<void> {
  await db.query(
    'update kick_subscriptions set made_in_vain = 0 where subscription_id = any($1) and made_in_vain > 0',
    [ids],
  )
}

/** Forgets subscriptions that were ended. */
export async function forget(db: Db, ids: readonly string[]): Promise<void> {
  await db.query('delete from kick_subscriptions where subscription_id = any($1)', [ids])
}
