import type { Pool } from 'pg'
import type { Logger } from 'pino'

/**
 * What time alone changes. Each is one statement that finds nothing left to do when another replica
 * was faster. The api's tick runs them, since an offer must not look open a day after its end, which
 * a daily job would let happen.
 */
const RULES = [
  {
    what: 'offers expired',
    statement: `update offers set status = 'expired', status_at = now()
      where status = 'pending' and expires_at <= now()
      returning public_id`,
  },
  {
    what: 'campaigns completed',
    statement: `update campaigns set status = 'completed', status_at = now()
      where status = 'in_progress' and window_ends_at <= now()
        and not exists (select from deals where campaign_id = campaigns.id and status = 'active')
      returning public_id`,
  },
] as const

/** Applies every rule once. @throws when the database does not take part. */
export const applyDeadlines = async (db: Pool, log: Logger): Promise<void> => {
  for (const { what, statement } of RULES) {
    const { rows } = await db.query<{ public_id: string }>(statement)
    if (rows.length > 0) log.info({ ids: rows.map(({ public_id }) => public_id) }, what)
  }
}
