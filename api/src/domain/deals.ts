import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { ownerColumn, type Party } from '../auth/account.ts'
import { DEAL_STATUSES } from '../catalogue/values.ts'
import { type Db, row, transaction } from '../db/query.ts'
import { type Paging, readPage } from '../http/page.ts'
import { alreadyExists, blocked, notFound, wrongState } from '../http/refusal.ts'
import { Instant, PublicId } from '../http/schemas.ts'
import { holdCampaign, OPEN } from './campaigns.ts'
import { getNegotiation, holdNegotiation } from './negotiations.ts'
import { TERMS, type Terms, TermsSchema, termsColumns } from './terms.ts'

export const DealStatus = z.enum(DEAL_STATUSES)

export const Deal = z
  .object({
    id: PublicId('D'),
    negotiation_id: PublicId('N'),
    campaign_id: PublicId('C'),
    operator_id: PublicId('OP'),
    streamer_id: PublicId('ST'),
    status: DealStatus,
    terms: TermsSchema,
    confirmed: z.int().openapi({ description: 'Slots whose stream was confirmed.' }),
    created_at: Instant,
  })
  .openapi('Deal')

/** A deal as the database gives it. */
export interface DealRow {
  id: string
  negotiation_id: string
  campaign_id: string
  operator_id: string
  streamer_id: string
  status: (typeof DEAL_STATUSES)[number]
  terms: Terms
  confirmed: number
  created_at: Date
}

const select = `select deals.public_id as id, negotiations.public_id as negotiation_id,
    campaigns.public_id as campaign_id, operators.public_id as operator_id,
    streamers.public_id as streamer_id, deals.status, ${termsColumns('deals', 'terms')},
    (select count(*)::int from session_submissions
     where deal_id = deals.id and session_submissions.status = 'confirmed') as confirmed,
    deals.created_at
  from deals
  join negotiations on negotiations.id = deals.negotiation_id
  join campaigns on campaigns.id = deals.campaign_id
  join operators on operators.id = deals.operator_id
  join streamers on streamers.id = deals.streamer_id`

/** @throws 404 when this party has no part in it. */
export const getDeal = async (db: Db, party: Party, id: string): Promise<DealRow> => {
  const found = await row<DealRow>(
    db,
    `${select} where deals.public_id = $1 and deals.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('deal')
  return found
}

export const listDeals = (
  db: Db,
  party: Party,
  wanted: Paging & { status?: DealRow['status'] | undefined },
) =>
  readPage<DealRow>(
    db,
    {
      table: 'deals',
      select,
      where: `deals.${ownerColumn(party)} = $1 and ($2::text is null or deals.status = $2)`,
      values: [party.id, wanted.status ?? null],
    },
    wanted,
  )

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
    if (campaign.status !== 'funded' && campaign.status !== 'in_progress') {
      throw wrongState('campaign', campaign.status, OPEN)
    }
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

/** Either side gives up a deal for which nothing counts yet. */
export const cancelDeal = (db: Pool, party: Party, id: string): Promise<DealRow> =>
  endDeal(db, party, id, 'cancelled', ['pending_review', 'confirmed'])

/** The operator gets back what the slots without a confirmed stream would have cost. */
export const refundDeal = (db: Pool, operator: Party<'operator'>, id: string): Promise<DealRow> =>
  endDeal(db, operator, id, 'refunded', ['pending_review'])

const endDeal = (
  db: Pool,
  party: Party,
  id: string,
  end: 'cancelled' | 'refunded',
  unless: readonly string[],
): Promise<DealRow> =>
  transaction(db, async (tx) => {
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

/** A deal's row, held until the transaction ends: submissions and ends wait for each other. */
export const holdDeal = (tx: Db, publicId: string) =>
  row<{ id: string; status: DealRow['status']; deliveries: number; streamer_id: string }>(
    tx,
    'select id, status, deliveries, streamer_id from deals where public_id = $1 for update',
    [publicId],
  )
