import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type Db, rows, transaction } from '../db/query.ts'
import { endBargains } from './campaigns/service.ts'
import { expireOffers } from './offers/service.ts'

/**
 * What time alone changes. Each is a transaction that finds nothing left to do when another replica
 * was faster. The api's tick runs them, since an offer must not look open a day after its end, which
 * a daily job would let happen.
 */
const RULES = [
  { what: 'offers expired', apply: (tx: Db) => expireOffers(tx) },
  { what: 'campaigns completed', apply: (tx: Db) => completeCampaigns(tx) },
]

/**
 * Campaigns in progress whose window is over and whose deals are, too. A funded one that never had a
 * deal is not among them: it takes no offers once its window is over, but its deposit lies there for
 * nothing delivered, and only its operator may say what becomes of that, by cancelling it.
 */
async function completeCampaigns(tx: Db) {
  // Held first: a deal that is being made at this moment is seen only by the statement after.
  await tx.query(
    `select from campaigns where status = 'in_progress' and window_ends_at <= now()
     order by id for update`,
  )
  const completed = await rows<{ id: string; public_id: string }>(
    tx,
    `update campaigns set status = 'completed', status_at = now()
     where status = 'in_progress' and window_ends_at <= now()
       and not exists (select from deals where campaign_id = campaigns.id and status = 'active')
     returning id, public_id`,
  )
  if (completed.length > 0) {
    await endBargains(
      tx,
      completed.map(({ id }) => id),
    )
  }
  return completed
}

/** Applies every rule once. @throws when the database does not take part. */
export async function applyDeadlines(db: Pool, log: Logger): Promise<void> {
  for (const { what, apply } of RULES) {
    const changed = await transaction(db, apply)
    if (changed.length > 0) log.info({ ids: changed.map(({ public_id }) => public_id) }, what)
  }
}
