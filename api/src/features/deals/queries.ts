import { type Paging, readPage } from '../../db/page.ts'
import { type Db, row } from '../../db/query.ts'
import { ownerColumn, type Party } from '../../domain/account.ts'
import { notFound } from '../../domain/errors.ts'
import { termsColumns } from '../../domain/terms.ts'
import type { DealRow } from './schema.ts'

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
export async function getDeal(db: Db, party: Party, id: string): Promise<DealRow> {
  const found = await row<DealRow>(
    db,
    `${select} where deals.public_id = $1 and deals.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('deal')
  return found
}

export function listDeals(
  db: Db,
  party: Party,
  wanted: Paging & { status?: DealRow['status'] | undefined },
) {
  return readPage<DealRow>(
    db,
    {
      table: 'deals',
      select,
      where: `deals.${ownerColumn(party)} = $1 and ($2::text is null or deals.status = $2)`,
      values: [party.id, wanted.status ?? null],
    },
    wanted,
  )
}

/** A deal's row, held until the transaction ends: submissions and ends wait for each other. */
export function holdDeal(tx: Db, publicId: string) {
  return row<{ id: string; status: DealRow['status']; deliveries: number; streamer_id: string }>(
    tx,
    'select id, status, deliveries, streamer_id from deals where public_id = $1 for update',
    [publicId],
  )
}
