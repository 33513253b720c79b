import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { Party } from '../auth/account.ts'
import { CAMPAIGN_STATUSES } from '../catalogue/values.ts'
import { type Db, row, transaction } from '../db/query.ts'
import { type Paging, readPage } from '../http/page.ts'
import { blocked, notFound, wrongState } from '../http/refusal.ts'
import { Instant, PublicId, Text } from '../http/schemas.ts'
import { TERMS, type Terms, TermsSchema, termsColumns, termValues } from './terms.ts'

export const CampaignStatus = z.enum(CAMPAIGN_STATUSES)

/** What an operator says of a new campaign. */
export const NewCampaign = z
  .object({
    title: Text(200),
    brief: Text(4000),
    floors: TermsSchema,
    window_days: z.int().min(1).max(365),
  })
  .openapi('NewCampaign')

/** Where the money lies; believed, since escrow is not ours. */
export const Deposit = z.object({ deposit_reference: Text(200) }).openapi('Deposit')

export const Campaign = z
  .object({
    id: PublicId('C'),
    operator_id: PublicId('OP'),
    title: z.string(),
    brief: z.string(),
    status: CampaignStatus,
    floors: TermsSchema,
    window_ends_at: Instant,
    created_at: Instant,
  })
  .openapi('Campaign')

/** A campaign as the database gives it. */
export interface CampaignRow {
  id: string
  operator_id: string
  title: string
  brief: string
  status: (typeof CAMPAIGN_STATUSES)[number]
  floors: Terms
  window_ends_at: Date
  created_at: Date
}

const select = `select campaigns.public_id as id, operators.public_id as operator_id, title, brief,
    status, ${termsColumns('campaigns', 'floors', 'floor_')}, window_ends_at, campaigns.created_at
  from campaigns join operators on operators.id = campaigns.operator_id`

/** In these states a campaign has its money and takes offers. */
export const OPEN = ['funded', 'in_progress'] as const

/** Operators see their own campaigns, streamers those that take offers. $1 is the operator or null. */
const visible = `(campaigns.operator_id = $1 or ($1::bigint is null and status in ('${OPEN.join("', '")}')))`
const viewer = (party: Party) => (party.role === 'operator' ? party.id : null)

/** Makes a campaign, prepared and not funded yet. */
export const createCampaign = async (
  db: Db,
  operator: Party<'operator'>,
  campaign: z.infer<typeof NewCampaign>,
): Promise<CampaignRow> => {
  const made = await row<{ public_id: string }>(
    db,
    `insert into campaigns
       (operator_id, title, brief, window_ends_at, ${TERMS.map((term) => `floor_${term}`).join(', ')})
     values ($1, $2, $3, now() + make_interval(days => $4), $5, $6, $7, $8, $9)
     returning public_id`,
    [
      operator.id,
      campaign.title,
      campaign.brief,
      campaign.window_days,
      ...termValues(campaign.floors),
    ],
  )
  return await getCampaign(db, operator, made?.public_id ?? '')
}

/** @throws 404 when this party cannot see it. */
export const getCampaign = async (db: Db, party: Party, id: string): Promise<CampaignRow> => {
  const found = await row<CampaignRow>(
    db,
    `${select} where ${visible} and campaigns.public_id = $2`,
    [viewer(party), id],
  )
  if (!found) throw notFound('campaign')
  return found
}

export const listCampaigns = (
  db: Db,
  party: Party,
  { status, ...paging }: Paging & { status?: CampaignRow['status'] | undefined },
) =>
  readPage<CampaignRow>(
    db,
    {
      table: 'campaigns',
      select,
      where: `${visible} and ($2::text is null or status = $2)`,
      values: [viewer(party), status ?? null],
    },
    paging,
  )

/** Records the deposit, which is believed. @throws 409 unless the campaign is prepared. */
export const fundCampaign = async (
  db: Pool,
  operator: Party<'operator'>,
  id: string,
  depositReference: string,
): Promise<CampaignRow> => {
  const { rowCount } = await db.query(
    `update campaigns set status = 'funded', deposit_reference = $3, status_at = now()
     where public_id = $1 and operator_id = $2 and status = 'prepared'`,
    [id, operator.id, depositReference],
  )
  const campaign = await getCampaign(db, operator, id)
  if (rowCount === 0) throw wrongState('campaign', campaign.status, ['prepared'])
  return campaign
}

/**
 * Ends a campaign that has no running deal; its pending offers and running negotiations end with it.
 * @throws 409 when it is over already or a deal of it is active.
 */
export const cancelCampaign = (
  db: Pool,
  operator: Party<'operator'>,
  id: string,
): Promise<CampaignRow> =>
  transaction(db, async (tx) => {
    const held = await holdCampaign(tx, id, 'update')
    const { status } = await getCampaign(tx, operator, id)
    if (!held || status === 'completed' || status === 'cancelled') {
      throw wrongState('campaign', status, ['prepared', ...OPEN])
    }
    const active = await row<{ public_id: string }>(
      tx,
      `select public_id from deals where campaign_id = $1 and status = 'active' limit 1`,
      [held.id],
    )
    if (active) throw blocked(`The deal ${active.public_id} of this campaign is active.`, status)
    await tx.query(`update campaigns set status = 'cancelled', status_at = now() where id = $1`, [
      held.id,
    ])
    await tx.query(
      `update offers set status_at = now(),
         status = case initiator when 'operator' then 'withdrawn' else 'declined' end
       where campaign_id = $1 and status = 'pending'`,
      [held.id],
    )
    await tx.query(
      `update negotiations set status = 'cancelled', status_at = now()
       where campaign_id = $1 and status = 'in_progress'`,
      [held.id],
    )
    return await getCampaign(tx, operator, id)
  })

/** A campaign's row, held until the transaction ends. */
export interface HeldCampaign {
  readonly id: string
  readonly operator_id: string
  readonly status: CampaignRow['status']
  readonly floors: Terms
}

/**
 * Holds a campaign. Every transaction on what belongs to a campaign does this first, so that none
 * waits for another that waits for it: `share` to rely on its state, `update` to change it.
 */
export const holdCampaign = (
  tx: Db,
  publicId: string,
  mode: 'share' | 'update',
): Promise<HeldCampaign | undefined> =>
  row(
    tx,
    `select id, operator_id, status, ${termsColumns('campaigns', 'floors', 'floor_')}
     from campaigns where public_id = $1 for ${mode}`,
    [publicId],
  )
