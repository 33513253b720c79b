import { type Db, row } from '../../db/query.ts'
import { blocked, notFound, wrongState } from '../../http/refusal.ts'
import { type Terms, termsColumns } from '../terms.ts'
import { type CampaignRow, isOpen, OPEN } from './campaign.ts'

/** A campaign's row, held until the transaction ends. */
export interface HeldCampaign {
  readonly id: string
  readonly operator_id: string
  readonly status: CampaignRow['status']
  readonly window_over: boolean
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
    `select id, operator_id, status, window_ends_at <= now() as window_over,
       ${termsColumns('campaigns', 'floors', 'floor_')}
     from campaigns where public_id = $1 for ${mode}`,
    [publicId],
  )

/** @throws 404 when there is no campaign, 409 when it takes no offers and makes no deals. */
export const requireOpen = (campaign: HeldCampaign | undefined): HeldCampaign => {
  if (!campaign) throw notFound('campaign')
  if (!isOpen(campaign.status)) throw wrongState('campaign', campaign.status, OPEN)
  if (campaign.window_over) throw blocked('The window of this campaign is over.', campaign.status)
  return campaign
}
