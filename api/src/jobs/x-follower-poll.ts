import { pause } from '../clients/http/retry.ts'
import { USERS_PER_CALL, type XLookup } from '../clients/x.ts'
import { type Db, rows, saveGoodRows } from '../db/query.ts'
import { batchesOf, type JobContext, throwIfRefused, workThrough } from './context.ts'

interface Account {
  readonly id: string
  readonly x_username: string
}

/** X's windows are this long: a longer wait has another reason. */
const WINDOW_MS = 15 * 60_000

/**
 * Asks X for the follower counts of all active streamers who named an account. When X's allowance is
 * used up the rest waits for its next window, or for the next run where that is far; the
 * account that waited longest for a count comes first.
 */
export async function xFollowerPoll({
  db,
  clients,
  log,
  now,
  signal,
}: JobContext): Promise<number> {
  const accounts = await accountsToCount(db)
  let allowance: XLookup['allowance']
  let counted = 0
  let left = 0

  const plan = { what: 'batches', concurrency: 1, signal, log }
  await workThrough(plan, batchesOf(accounts, USERS_PER_CALL), async (batch) => {
    if (allowance?.remaining === 0) {
      const wait = Math.max(0, allowance.resetsAt.getTime() - now().getTime())
      if (wait > WINDOW_MS) {
        left += batch.length
        return
      }
      await pause(wait, signal)
    }
    const names = new Set(batch.map((account) => account.x_username.toLowerCase()))
    const lookup = await clients.x.byUsername([...names], signal)
    allowance = lookup.allowance
    const followers = new Map(
      lookup.found.map((user) => [user.username.toLowerCase(), user.followers]),
    )
    const known = batch.filter((account) => followers.has(account.x_username.toLowerCase()))
    const at = now()
    const refused = await saveGoodRows(known, (some) => storeCounts(db, some, followers, at))
    throwIfRefused(refused, 'follower counts', known.length)
    counted += known.length
    const notFound = batch.filter((account) => !known.includes(account)).map(({ id }) => id)
    if (notFound.length > 0) log.warn({ streamers: notFound }, 'accounts that X does not know')
  })
  if (left > 0) log.warn({ left }, 'X allows no more for long; the rest is left for the next run')
  log.info({ accounts: accounts.length, counted }, 'followers on X counted')
  return counted
}

function accountsToCount(db: Db): Promise<Account[]> {
  return rows<Account>(
    db,
    `select id, x_username from streamers
     left join lateral (
       select max(counted_at) as at from x_follower_counts where streamer_id = streamers.id
     ) as last_count on true
     where active and x_username is not null
     order by last_count.at nulls first, id`,
  )
}

async function storeCounts(
  db: Db,
  accounts: readonly Account[],
  followers: ReadonlyMap<string, number>,
  at: Date,
): Promise<void> {
  await db.query(
    `insert into x_follower_counts (streamer_id, counted_at, followers)
     select streamer_id, $3, followers
     from unnest($1::bigint[], $2::bigint[]) as counted (streamer_id, followers)
     on conflict do nothing`,
    [
      accounts.map((account) => account.id),
      accounts.map((account) => followers.get(account.x_username.toLowerCase())),
      at,
    ],
  )
}
