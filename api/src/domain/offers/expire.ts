import { type Db, rows } from '../../db/query.ts'

/** The two that an offer is between: a campaign, and a streamer. */
interface Pair {
  readonly campaignId: string
  readonly streamerId: string
}

/** Expires the offers that are overdue, all of them or those of one pair. */
export const expireOffers = (tx: Db, pair?: Pair): Promise<{ public_id: string }[]> =>
  rows(
    tx,
    `update offers set status = 'expired', status_at = now()
     where status = 'pending' and expires_at <= now()
       ${pair ? 'and campaign_id = $1 and streamer_id = $2' : ''}
     returning public_id`,
    pair ? [pair.campaignId, pair.streamerId] : [],
  )
