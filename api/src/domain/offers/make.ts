import type { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { Party } from '../../auth/account.ts'
import { violates } from '../../db/failures.ts'
import { type Db, row, transaction } from '../../db/query.ts'
import { alreadyExists, invalid, notFound } from '../../http/refusal.ts'
import { type HeldCampaign, holdCampaign, requireOpen } from '../campaigns/hold.ts'
import { checkFloors, TERMS, termValues } from '../terms.ts'
import { expireOffers } from './expire.ts'
import type { NewOffer, OfferRow } from './offer.ts'
import { getOffer } from './read.ts'

/** How long an operator's offer waits for the streamer. */
const EXPIRES_AFTER_DAYS = 7

/**
 * Starts a bargain about a campaign.
 * @throws 400 below a floor; 404 without such a campaign or streamer; 409 when the campaign takes no
 * offers or one between the same two is pending.
 */
export const makeOffer = async (
  db: Pool,
  party: Party,
  campaignId: string,
  { terms, streamer_id }: z.infer<typeof NewOffer>,
): Promise<OfferRow> => {
  const streamer = await streamerFor(db, party, streamer_id)
  try {
    return await transaction(db, async (tx) => {
      const campaign = await holdCampaign(tx, campaignId, 'share')
      const open = requireOwnOpen(campaign, party)
      checkFloors(terms, open.floors)
      // What is overdue between the two does not wait for the clock's next round to make room.
      await expireOffers(tx, { campaignId: open.id, streamerId: streamer })
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
    throw alreadyExists(
      'An offer between this streamer and this campaign is pending already.',
      'pending',
    )
  }
}

const streamerFor = async (db: Db, party: Party, streamerId: string | undefined) => {
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
const requireOwnOpen = (campaign: HeldCampaign | undefined, party: Party): HeldCampaign => {
  const own = party.role === 'streamer' || campaign?.operator_id === party.id
  if (!own) throw notFound('campaign')
  return requireOpen(campaign)
}
