import type { Pool } from 'pg'
import { otherSide, type Party } from '../../auth/account.ts'
import { row, transaction } from '../../db/query.ts'
import { forbidden, wrongState } from '../../http/refusal.ts'
import { holdCampaign, requireOpen } from '../campaigns/hold.ts'
import { openNegotiation } from '../negotiations/open.ts'
import type { OfferRow } from './offer.ts'
import { getOffer } from './read.ts'

/** The receiver agrees to bargain: the negotiation opens with the offer's terms. */
export const acceptOffer = (db: Pool, party: Party, id: string): Promise<OfferRow> =>
  answerOffer(db, party, id, 'accepted')

/** The receiver does not want to. */
export const declineOffer = (db: Pool, party: Party, id: string): Promise<OfferRow> =>
  answerOffer(db, party, id, 'declined')

/** The initiator takes it back. */
export const withdrawOffer = (db: Pool, party: Party, id: string): Promise<OfferRow> =>
  answerOffer(db, party, id, 'withdrawn')

const answerOffer = (
  db: Pool,
  party: Party,
  id: string,
  answer: 'accepted' | 'declined' | 'withdrawn',
): Promise<OfferRow> =>
  transaction(db, async (tx) => {
    const { campaign_id, initiator } = await getOffer(tx, party, id)
    const answerer = answer === 'withdrawn' ? initiator : otherSide(initiator)
    if (party.role !== answerer) {
      throw forbidden(`Only the ${answerer} can make this offer ${answer}.`)
    }
    const campaign = await holdCampaign(tx, campaign_id, 'share')
    if (answer === 'accepted') requireOpen(campaign)
    const moved = await row<{ id: string }>(
      tx,
      `update offers set status = $2, status_at = now()
       where public_id = $1 and status = 'pending' and (expires_at is null or expires_at > now())
       returning id`,
      [id, answer],
    )
    if (!moved) throw wrongState('offer', (await getOffer(tx, party, id)).status, ['pending'])
    if (answer === 'accepted') await openNegotiation(tx, moved.id)
    return await getOffer(tx, party, id)
  })
