import { type Paging, readPage } from '../../db/page.ts'
import { type Db, row } from '../../db/query.ts'
import { ownerColumn, type Party } from '../../domain/account.ts'
import { notFound } from '../../domain/errors.ts'
import { termsColumns } from '../../domain/terms.ts'
import type { OfferRow } from './schema.ts'

// An offer without an answer in time is over even before the clock's next round says so.
const status = `case when offers.status = 'pending' and offers.expires_at <= now() then 'expired'
  else offers.status end`
const select = `select offers.public_id as id, campaigns.public_id as campaign_id,
    operators.public_id as operator_id, streamers.public_id as streamer_id, initiator,
    ${status} as status, ${termsColumns('offers', 'terms')},
    negotiations.public_id as negotiation_id, offers.created_at, offers.expires_at
  from offers
  join campaigns on campaigns.id = offers.campaign_id
  join operators on operators.id = offers.operator_id
  join streamers on streamers.id = offers.streamer_id
  left join negotiations on negotiations.offer_id = offers.id`

/** @throws 404 when this party has no part in it. */
export async function getOffer(db: Db, party: Party, id: string): Promise<OfferRow> {
  const found = await row<OfferRow>(
    db,
    `${select} where offers.public_id = $1 and offers.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('offer')
  return found
}

export function listOffers(
  db: Db,
  party: Party,
  wanted: Paging & { status?: OfferRow['status'] | undefined },
) {
  return readPage<OfferRow>(
    db,
    {
      table: 'offers',
      select,
      where: `offers.${ownerColumn(party)} = $1 and ($2::text is null or ${status} = $2)`,
      values: [party.id, wanted.status ?? null],
    },
    wanted,
  )
}
