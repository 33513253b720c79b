import type { Pool } from 'pg'
import type { Party } from '../../auth/account.ts'
import { row, transaction } from '../../db/query.ts'
import { alreadyExists, notFound, wrongState } from '../../http/refusal.ts'
import { holdCampaign, requireOpen } from '../campaigns/hold.ts'
import { getNegotiation, holdNegotiation } from '../negotiations/read.ts'
import { TERMS } from '../terms.ts'
import type { DealRow } from './deal.ts'
import { getDeal } from './read.ts'

/** Turns an agreed negotiation into a deal; the campaign's first one sets the campaign in progress. */
export const makeDeal = (
  db: Pool,
  operator: Party<'operator'>,
  negotiationId: string,
): Promise<DealRow> =>
  transaction(db, async (tx) => {
    const { campaign_id } = await getNegotiation(tx, operator, negotiationId)
    const campaign = await holdCampaign(tx, campaign_id, 'update')
    const held = await holdNegotiation(tx, negotiationId)
    if (!campaign || !held) throw notFound('negotiation')
    if (held.status !== 'agreed') throw wrongState('negotiation', held.status, ['agreed'])
    const { deal_id } = await getNegotiation(tx, operator, negotiationId)
    if (deal_id) throw alreadyExists(`This negotiation led to the deal ${deal_id} already.`)
    requireOpen(campaign)
    const made = await row<{ public_id: string }>(
      tx,
      `insert into deals (negotiation_id, campaign_id, operator_id, streamer_id, ${TERMS.join(', ')})
       select id, campaign_id, operator_id, streamer_id,
         ${TERMS.map((term) => `(select value from negotiation_terms where negotiation_id = $1 and term = '${term}')`).join(', ')}
       from negotiations where id = $1
       returning public_id`,
      [held.id],
    )
    await tx.query(
      `update campaigns set status = 'in_progress', status_at = now()
       where id = $1 and status = 'funded'`,
      [campaign.id],
    )
    return await getDeal(tx, operator, made?.public_id ?? '')
  })
