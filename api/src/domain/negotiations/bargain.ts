import type { Pool } from 'pg'
import { otherSide, type Party } from '../../auth/account.ts'
import { type Db, transaction } from '../../db/query.ts'
import { notFound, wrongState } from '../../http/refusal.ts'
import { holdCampaign } from '../campaigns/hold.ts'
import { checkFloors, checkValue, type Term, type Terms } from '../terms.ts'
import type { NegotiationRow } from './negotiation.ts'
import { getNegotiation, holdNegotiation } from './read.ts'

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

/** Either side walks away. */
export const cancelNegotiation = (db: Pool, party: Party, id: string): Promise<NegotiationRow> =>
  bargain(db, party, id, async (tx, negotiation) => {
    await tx.query(
      `update negotiations set status = 'cancelled', status_at = now() where id = $1`,
      [negotiation.id],
    )
  })

type Move = (tx: Db, negotiation: { id: string }, floors: Terms) => Promise<void>

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
