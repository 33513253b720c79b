import type { Db } from '../../db/query.ts'

/** Ends the pending offers and running negotiations of campaigns that are over, held before. */
export const endBargains = async (tx: Db, campaignIds: readonly string[]): Promise<void> => {
  await tx.query(
    `update offers set status_at = now(),
       status = case initiator when 'operator' then 'withdrawn' else 'declined' end
     where campaign_id = any($1) and status = 'pending'`,
    [campaignIds],
  )
  await tx.query(
    `update negotiations set status = 'cancelled', status_at = now()
     where campaign_id = any($1) and status = 'in_progress'`,
    [campaignIds],
  )
}
