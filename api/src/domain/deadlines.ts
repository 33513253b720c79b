import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { transaction } from '../db/query.ts'

/**
 * What time alone changes. Each is a statement that finds nothing left to do when another replica
 * was faster. The api's tick runs them, since an offer must not look open a day after its end, which
 * a daily job would let happen.
 */
const RULES = [
  {
    what: 'offers expired',
    hold: undefined,
    statement: `update offers set status = 'expired', status_at = now()
      where status = 'pending' and expires_at <= now()
      returning public_id`,
  },
  {
    what: 'campaigns completed',
    // Held first: a deal that is being made at this moment is seen only by the statement after.
    hold: `select from campaigns where status = 'in_progress' and window_ends_at <= now()
      order by id for update`,
    statement: `update campaigns set status = 'completed', status_at = now()
      where status = 'in_progress' and window_ends_at <= now()
        and not exists (select from deals where campaign_id = campaigns.id and status = 'active')
      returning public_id`,
  },
] as const

/** Applies every rule once. @throws when the database does not take part. */
export const applyDeadlines = async (db: Pool, log: Logger): Promise<void> => {
  for (const { what, hold, statement } of RULES) {
    const { rows } = await transaction(db, async (tx) => {
      if (hold) await tx.query(hold)
      return await tx.query<{ public_id: string }>(statement)
    })
    if (rows.length > 0) log.info({ ids: rows.map(({ public_id }) => public_id) }, what)
  }
}
