import { type Paging, readPage } from '../../db/page.ts'
import { type Db, row } from '../../db/query.ts'
import { ownerColumn, type Party } from '../../domain/account.ts'
import { notFound } from '../../domain/errors.ts'
import type { NegotiationRow } from './schema.ts'

const select = `select negotiations.public_id as id, offers.public_id as offer_id,
    campaigns.public_id as campaign_id, operators.public_id as operator_id,
    streamers.public_id as streamer_id, negotiations.status,
    (select json_object_agg(term, json_build_object('value', value,
       'operator_approved', operator_approved, 'streamer_approved', streamer_approved))
     from negotiation_terms where negotiation_id = negotiations.id) as terms,
    deals.public_id as deal_id, negotiations.created_at
  from negotiations
  join offers on offers.id = negotiations.offer_id
  join campaigns on campaigns.id = negotiations.campaign_id
  join operators on operators.id = negotiations.operator_id
  join streamers on streamers.id = negotiations.streamer_id
  left join deals on deals.negotiation_id = negotiations.id`

/** @throws 404 when this party has no part in it. */
export async function getNegotiation(db: Db, party: Party, id: string): Promise<NegotiationRow> {
  const found = await row<NegotiationRow>(
    db,
    `${select} where negotiations.public_id = $1 and negotiations.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('negotiation')
  return found
}

export function listNegotiations(
  db: Db,
  party: Party,
  wanted: Paging & { status?: NegotiationRow['status'] | undefined },
) {
  return readPage<NegotiationRow>(
    db,
    {
      table: 'negotiations',
      select,
      where: `negotiations.${ownerColumn(party)} = $1 and ($2::text is null or negotiations.status = $2)`,
      values: [party.id, wanted.status ?? null],
    },
    wanted,
  )
}

/** A negotiation's row, held until the transaction ends. */
export function holdNegotiation(tx: Db, publicId: string) {
  return row<{ id: string; status: NegotiationRow['status'] }>(
    tx,
    'select id, status from negotiations where public_id = $1 for update',
    [publicId],
  )
}
