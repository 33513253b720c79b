import type { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { type Db, row, transaction } from '../../db/query.ts'
import type { Party } from '../../domain/account.ts'
import { blocked, wrongState } from '../../domain/errors.ts'
import { TERMS, termValues } from '../../domain/terms.ts'
import { getCampaign, holdCampaign } from './queries.ts'
import { type CampaignRow, type NewCampaign, OPEN } from './schema.ts'

/** Makes a campaign, prepared and not funded yet. */
export async function createCampaign(
  db: Db,
  operator: Party<'operator'>,
  campaign: z.infer<typeof NewCampaign>,
): Promise<CampaignRow> {
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

/** Records the deposit, which is believed. @throws 409 unless the campaign is prepared. */
export async function fundCampaign(
  db: Pool,
  operator: Party<'operator'>,
  id: string,
  depositReference: string,
): Promise<CampaignRow> {
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
export function cancelCampaign(
  db: Pool,
  operator: Party<'operator'>,
  id: string,
): Promise<CampaignRow> {
  return transaction(db, async (tx) => {
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
    await endBargains(tx, [held.id])
    return await getCampaign(tx, operator, id)
  })
}

/** Ends the pending offers and running negotiations of campaigns that are over, held before. */
export async function endBargains(tx: Db, campaignIds: readonly string[]): Promise<void> {
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
