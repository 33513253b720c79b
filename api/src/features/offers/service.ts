import type { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { violates } from '../../db/failures.ts'
import { type Db, row, rows, transaction } from '../../db/query.ts'
import { otherSide, type Party } from '../../domain/account.ts'
import { alreadyExists, forbidden, invalid, notFound, wrongState } from '../../domain/errors.ts'
import { checkFloors, TERMS, termValues } from '../../domain/terms.ts'
import { type HeldCampaign, holdCampaign, requireOpen } from '../campaigns/queries.ts'
import { openNegotiation } from '../negotiations/service.ts'
import { getOffer } from './queries.ts'
import type { NewOffer, OfferRow } from './schema.ts'

/** How long an operator's offer waits for the streamer. */
const EXPIRES_AFTER_DAYS = 7

/**
 * Starts a bargain about a campaign.
 * @throws 400 below a floor; 404 without such a campaign or streamer; 409 when the campaign takes no
 * offers or one between the same two is pending.
 */
export async function makeOffer(
  db: Pool,
  party: Party,
  campaignId: string,
  { terms, streamer_id }: z.infer<typeof NewOffer>,
): Promise<OfferRow> {
  const streamer = await streamerFor(db, party, streamer_id)
  try {
    return await transaction(db, async (tx) => {
      const campaign = await holdCampaign(tx, campaignId, 'share')
      const open = requireOwnOpen(campaign, party)
      checkFloors(terms, open.floors)
      // What is overdue between the two does not wait for the clock's next round to make room.
      await expireOffers(tx, { campaignId: open.id, streamerId: streamer })
      const pending = await row(
        tx,
        `select from offers where campaign_id = $1 and streamer_id = $2 and status = 'pending'`,
        [open.id, streamer],
      )
      // Before the insert: a refused one would use up an id, and anybody can repeat it.
      if (pending) throw alreadyPending()
      const made = await row<{ public_id: string }>(
        tx,
        `insert into offers (campaign_id, operator_id, streamer_id, initiator, expires_at, ${TERMS.join(', ')})
         values ($1, $2, $3, $4, case $4 when 'operator' then now() + make_interval(days => $5) end,
                 $6, $7, $8, $9, $10)
         returning public_id`,
        [open.id, open.operator_id, streamer, party.role, EXPIRES_AFTER_DAYS, ...termValues(terms)],
      )
      return await getOffer(tx, party, made?.public_id ?? '')
    })
  } catch (error) {
    if (!violates(error, 'offers_one_pending')) throw error
    throw alreadyPending()
  }
}

function alreadyPending() {
  return alreadyExists(
    'An offer between this streamer and this campaign is pending already.',
    'pending',
  )
}

async function streamerFor(db: Db, party: Party, streamerId: string | undefined) {
  if (party.role === 'streamer') {
    if (streamerId && streamerId !== party.publicId) {
      throw invalid('streamer_id', 'Streamers make offers for themselves; leave streamer_id out.')
    }
    return party.id
  }
  if (!streamerId) throw invalid('streamer_id', 'An operator says which streamer the offer is for.')
  const found = await row<{ id: string }>(
    db,
    'select id from streamers where public_id = $1 and active',
    [streamerId],
  )
  if (!found) throw notFound('streamer')
  return found.id
}

/** Another operator's campaign does not exist for this one. */
function requireOwnOpen(campaign: HeldCampaign | undefined, party: Party): HeldCampaign {
  const own = party.role === 'streamer' || campaign?.operator_id === party.id
  if (!own) throw notFound('campaign')
  return requireOpen(campaign)
}

/** The receiver agrees to bargain: the negotiation opens with the offer's terms. */
export function acceptOffer(db: Pool, party: Party, id: string): Promise<OfferRow> {
  return answerOffer(db, party, id, 'accepted')
}

/** The receiver does not want to. */
export function declineOffer(db: Pool, party: Party, id: string): Promise<OfferRow> {
  return answerOffer(db, party, id, 'declined')
}

/** The initiator takes it back. */
export function withdrawOffer(db: Pool, party: Party, id: string): Promise<OfferRow> {
  return answerOffer(db, party, id, 'withdrawn')
}

function answerOffer(
  db: Pool,
  party: Party,
  id: string,
  answer: 'accepted' | 'declined' | 'withdrawn',
): Promise<OfferRow> {
  return transaction(db, async (tx) => {
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
}

/** The two that an offer is between: a campaign, and a streamer. */
interface Pair {
  readonly campaignId: string
  readonly streamerId: string
}

/** Expires the offers that are overdue, all of them or those of one pair. */
export function expireOffers(tx: Db, pair?: Pair): Promise<{ public_id: string }[]> {
  return rows(
    tx,
    `update offers set status = 'expired', status_at = now()
     where status = 'pending' and expires_at <= now()
       ${pair ? 'and campaign_id = $1 and streamer_id = $2' : ''}
     returning public_id`,
    pair ? [pair.campaignId, pair.streamerId] : [],
  )
}
