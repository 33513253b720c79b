import { type Paging, readPage } from '../../db/page.ts'
import { type Db, row } from '../../db/query.ts'
import type { Party } from '../../domain/account.ts'
import { blocked, notFound, wrongState } from '../../domain/errors.ts'
import { type Terms, termsColumns } from '../../domain/terms.ts'
import { type CampaignRow, isOpen, OPEN } from './schema.ts'

const select = `select campaigns.public_id as id, operators.public_id as operator_id, title, brief,
    status, ${termsColumns('campaigns', 'floors', 'floor_')}, window_ends_at, campaigns.created_at
  from campaigns join operators on operators.id = campaigns.operator_id`

/**
 * Operators see their own campaigns, streamers those that take offers and those they have a deal in,
 * which may outlast the window. $1 is the operator or null, $2 the streamer or null.
 */
const visible = `(campaigns.operator_id = $1 or $2::bigint is not null and (
  status in ('${OPEN.join("', '")}') and window_ends_at > now()
  or exists (select from deals where campaign_id = campaigns.id and streamer_id = $2)))`
function viewers({ role, id }: Party) {
  return role === 'operator' ? [id, null] : [null, id]
}

/** @throws 404 when this party cannot see it. */
export async function getCampaign(db: Db, party: Party, id: string): Promise<CampaignRow> {
  const found = await row<CampaignRow>(
    db,
    `${select} where ${visible} and campaigns.public_id = $3`,
    [...viewers(party), id],
  )
  if (!found) throw notFound('campaign')
  return found
}

export function listCampaigns(
  db: Db,
  party: Party,
  { status, ...paging }: Paging & { status?: CampaignRow['status'] | undefined },
) {
  return readPage<CampaignRow>(
    db,
    {
      table: 'campaigns',
      select,
      where: `${visible} and ($3::text is null or status = $3)`,
      values: [...viewers(party), status ?? null],
    },
    paging,
  )
}

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
export function holdCampaign(
  tx: Db,
  publicId: string,
  mode: 'share' | 'update',
): Promise<HeldCampaign | undefined> {
  return row(
    tx,
    `select id, operator_id, status, window_ends_at <= now() as window_over,
       ${termsColumns('campaigns', 'floors', 'floor_')}
     from campaigns where public_id = $1 for ${mode}`,
    [publicId],
  )
}

/** @throws 404 when there is no campaign, 409 when it takes no offers and makes no deals. */
export function requireOpen(campaign: HeldCampaign | undefined): HeldCampaign {
  if (!campaign) throw notFound('campaign')
  if (!isOpen(campaign.status)) throw wrongState('campaign', campaign.status, OPEN)
  if (campaign.window_over) throw blocked('The window of this campaign is over.', campaign.status)
  return campaign
}
