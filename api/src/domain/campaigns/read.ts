import type { Party } from '../../auth/account.ts'
import { type Db, row } from '../../db/query.ts'
import { type Paging, readPage } from '../../http/page.ts'
import { notFound } from '../../http/refusal.ts'
import { termsColumns } from '../terms.ts'
import { type CampaignRow, OPEN } from './campaign.ts'

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
const viewers = ({ role, id }: Party) => (role === 'operator' ? [id, null] : [null, id])

/** @throws 404 when this party cannot see it. */
export const getCampaign = async (db: Db, party: Party, id: string): Promise<CampaignRow> => {
  const found = await row<CampaignRow>(
    db,
    `${select} where ${visible} and campaigns.public_id = $3`,
    [...viewers(party), id],
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
      where: `${visible} and ($3::text is null or status = $3)`,
      values: [...viewers(party), status ?? null],
    },
    paging,
  )
