import type { Pool } from 'pg'
import { row, transaction } from '../../db/query.ts'
import type { Party } from '../../domain/account.ts'
import { alreadyExists, blocked, notFound, wrongState } from '../../domain/errors.ts'
import { TERMS } from '../../domain/terms.ts'
import { holdCampaign, requireOpen } from '../campaigns/queries.ts'
import { getNegotiation, holdNegotiation } from '../negotiations/queries.ts'
import { getDeal, holdDeal } from './queries.ts'
import type { DealRow } from './schema.ts'

/** Turns an agreed negotiation into a deal; the campaign's first one sets the campaign in progress. */
export function makeDeal(
  db: Pool,
  operator: Party<'operator'>,
  negotiationId: string,
): Promise<DealRow> {
  return transaction(db, async (tx) => {
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
}

/** Either side gives up a deal for which nothing counts yet. */
export function cancelDeal(db: Pool, party: Party, id: string): Promise<DealRow> {
  return endDeal(db, party, id, 'cancelled', ['pending_review', 'confirmed'])
}

/** The operator gets back what the slots without a confirmed stream would have cost. */
export function refundDeal(db: Pool, operator: Party<'operator'>, id: string): Promise<DealRow> {
  return endDeal(db, operator, id, 'refunded', ['pending_review'])
}

function endDeal(
  db: Pool,
  party: Party,
  id: string,
  end: 'cancelled' | 'refunded',
  unless: readonly string[],
): Promise<DealRow> {
  return transaction(db, async (tx) => {
    await getDeal(tx, party, id)
    const held = await holdDeal(tx, id)
    if (held?.status !== 'active') throw wrongState('deal', held?.status ?? 'gone', ['active'])
    const obstacle = await row<{ public_id: string; status: string }>(
      tx,
      `select public_id, status from session_submissions
       where deal_id = $1 and status = any($2) limit 1`,
      [held.id, unless],
    )
    if (obstacle) {
      throw blocked(`The submission ${obstacle.public_id} is ${obstacle.status}.`, obstacle.status)
    }
    await tx.query('update deals set status = $2, status_at = now() where id = $1', [held.id, end])
    return await getDeal(tx, party, id)
  })
}
