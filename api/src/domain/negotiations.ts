import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { otherSide, ownerColumn, type Party } from '../auth/account.ts'
import { NEGOTIATION_STATUSES } from '../catalogue/values.ts'
import { type Db, row, transaction } from '../db/query.ts'
import { type Paging, readPage } from '../http/page.ts'
import { notFound, wrongState } from '../http/refusal.ts'
import { IdParam, Instant, PublicId, TermValue } from '../http/schemas.ts'
import { holdCampaign } from './campaigns.ts'
import { checkFloors, TERMS, type Term } from './terms.ts'

export const NegotiationStatus = z.enum(NEGOTIATION_STATUSES)

/** Where a term stands; agreed once both sides approve the same value. */
const TermState = z
  .object({ value: TermValue, operator_approved: z.boolean(), streamer_approved: z.boolean() })
  .openapi('TermState')

export const Negotiation = z
  .object({
    id: PublicId('N'),
    offer_id: PublicId('O'),
    campaign_id: PublicId('C'),
    operator_id: PublicId('OP'),
    streamer_id: PublicId('ST'),
    status: NegotiationStatus,
    terms: z.object({
      timeframe: TermState,
      deliveries: TermState,
      min_viewers: TermState,
      min_duration: TermState,
      payment_per_stream: TermState,
    }),
    deal_id: PublicId('D').nullable(),
    created_at: Instant,
  })
  .openapi('Negotiation')

/** The path of a term of a negotiation. */
export const TermParam = IdParam('N').extend({
  term: z.enum(TERMS).openapi({ param: { name: 'term', in: 'path' } }),
})

/** A negotiation as the database gives it. */
export interface NegotiationRow {
  id: string
  offer_id: string
  campaign_id: string
  operator_id: string
  streamer_id: string
  status: (typeof NEGOTIATION_STATUSES)[number]
  terms: z.infer<typeof Negotiation>['terms']
  deal_id: string | null
  created_at: Date
}

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
export const getNegotiation = async (db: Db, party: Party, id: string): Promise<NegotiationRow> => {
  const found = await row<NegotiationRow>(
    db,
    `${select} where negotiations.public_id = $1 and negotiations.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('negotiation')
  return found
}

export const listNegotiations = (
  db: Db,
  party: Party,
  wanted: Paging & { status?: NegotiationRow['status'] | undefined },
) =>
  readPage<NegotiationRow>(
    db,
    {
      table: 'negotiations',
      select,
      where: `negotiations.${ownerColumn(party)} = $1 and ($2::text is null or negotiations.status = $2)`,
      values: [party.id, wanted.status ?? null],
    },
    wanted,
  )

/** Opens the negotiation of an accepted offer: its terms lie on the table, approved by nobody yet. */
export const openNegotiation = async (tx: Db, offerId: string): Promise<void> => {
  await tx.query(
    `with opened as (
       insert into negotiations (offer_id, campaign_id, operator_id, streamer_id)
       select id, campaign_id, operator_id, streamer_id from offers where id = $1
       returning id)
     insert into negotiation_terms (negotiation_id, term, value)
     select opened.id, term, value
     from opened, offers,
       lateral (values ${TERMS.map((term) => `('${term}', offers.${term})`).join(', ')}) as terms (term, value)
     where offers.id = $1`,
    [offerId],
  )
}

/** This side approves a term as it stands; with the tenth approval the negotiation is agreed. */
export const approveTerm = (
  db: Pool,
  party: Party,
  id: string,
  term: Term,
): Promise<NegotiationRow> =>
  bargain(db, party, id, async (tx, negotiation) => {
    await tx.query(
      `update negotiation_terms set ${party.role}_approved = true, updated_at = now()
       where negotiation_id = $1 and term = $2`,
      [negotiation.id, term],
    )
    await tx.query(
      `update negotiations set status = 'agreed', status_at = now()
       where id = $1 and not exists (
         select from negotiation_terms
         where negotiation_id = $1 and not (operator_approved and streamer_approved))`,
      [negotiation.id],
    )
  })

/** This side wants another value, and so approves it; the other side's approval is gone. */
export const counterTerm = (
  db: Pool,
  party: Party,
  id: string,
  { term, value }: { term: Term; value: number },
): Promise<NegotiationRow> =>
  bargain(db, party, id, async (tx, negotiation, floors) => {
    checkFloors({ [term]: value }, floors, '')
    await tx.query(
      `update negotiation_terms
       set value = $3, ${party.role}_approved = true, ${otherSide(party.role)}_approved = false,
           updated_at = now()
       where negotiation_id = $1 and term = $2`,
      [negotiation.id, term, value],
    )
  })

/** Either side walks away. */
export const cancelNegotiation = (db: Pool, party: Party, id: string): Promise<NegotiationRow> =>
  bargain(db, party, id, async (tx, negotiation) => {
    await tx.query(
      `update negotiations set status = 'cancelled', status_at = now() where id = $1`,
      [negotiation.id],
    )
  })

type Move = (
  tx: Db,
  negotiation: { id: string },
  floors: NonNullable<Awaited<ReturnType<typeof holdCampaign>>>['floors'],
) => Promise<void>

/** One move of one side; both sides' moves happen one after the other. */
const bargain = (db: Pool, party: Party, id: string, move: Move): Promise<NegotiationRow> =>
  transaction(db, async (tx) => {
    const { campaign_id } = await getNegotiation(tx, party, id)
    const campaign = await holdCampaign(tx, campaign_id, 'share')
    const held = await holdNegotiation(tx, id)
    if (!campaign || !held) throw notFound('negotiation')
    if (held.status !== 'in_progress') {
      throw wrongState('negotiation', held.status, ['in_progress'])
    }
    await move(tx, held, campaign.floors)
    return await getNegotiation(tx, party, id)
  })

/** A negotiation's row, held until the transaction ends. */
export const holdNegotiation = (tx: Db, publicId: string) =>
  row<{ id: string; status: NegotiationRow['status'] }>(
    tx,
    'select id, status from negotiations where public_id = $1 for update',
    [publicId],
  )
