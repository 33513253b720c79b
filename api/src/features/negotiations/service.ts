import type { Pool } from 'pg'
import { type Db, transaction } from '../../db/query.ts'
import { otherSide, type Party } from '../../domain/account.ts'
import { notFound, wrongState } from '../../domain/errors.ts'
import { checkFloors, checkValue, TERMS, type Term, type Terms } from '../../domain/terms.ts'
import { holdCampaign } from '../campaigns/queries.ts'
import { getNegotiation, holdNegotiation } from './queries.ts'
import type { NegotiationRow } from './schema.ts'

/** Opens the negotiation of an accepted offer: its terms lie on the table, approved by no one yet. */
export async function openNegotiation(tx: Db, offerId: string): Promise<void> {
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
export function approveTerm(
  db: Pool,
  party: Party,
  id: string,
  term: Term,
): Promise<NegotiationRow> {
  return bargain(db, party, id, async (tx, negotiation) => {
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
}

/** This side wants another value, and so approves it; the other side's approval is gone. */
export function counterTerm(
  db: Pool,
  party: Party,
  id: string,
  { term, value }: { term: Term; value: number },
): Promise<NegotiationRow> {
  return bargain(db, party, id, async (tx, negotiation, floors) => {
    checkValue(term, value)
    checkFloors({ [term]: value }, floors, '')
    await tx.query(
      `update negotiation_terms
       set value = $3, ${party.role}_approved = true, ${otherSide(party.role)}_approved = false,
           updated_at = now()
       where negotiation_id = $1 and term = $2`,
      [negotiation.id, term, value],
    )
  })
}

/** Either side walks away. */
export function cancelNegotiation(db: Pool, party: Party, id: string): Promise<NegotiationRow> {
  return bargain(db, party, id, async (tx, negotiation) => {
    await tx.query(
      `update negotiations set status = 'cancelled', status_at = now() where id = $1`,
      [negotiation.id],
    )
  })
}

type Move = (tx: Db, negotiation: { id: string }, floors: Terms) => Promise<void>

/** One move of one side; both sides' moves happen one after the other. */
function bargain(db: Pool, party: Party, id: string, move: Move): Promise<NegotiationRow> {
  return transaction(db, async (tx) => {
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
}
