import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { otherSide, ownerColumn, type Party } from '../auth/account.ts'
import { OFFER_STATUSES } from '../catalogue/values.ts'
import { violates } from '../db/failures.ts'
import { type Db, row, transaction } from '../db/query.ts'
import { type Paging, readPage } from '../http/page.ts'
import { alreadyExists, forbidden, invalid, notFound, wrongState } from '../http/refusal.ts'
import { Instant, PublicId } from '../http/schemas.ts'
import { type CampaignRow, type HeldCampaign, holdCampaign, OPEN } from './campaigns.ts'
import { openNegotiation } from './negotiations.ts'
import { checkFloors, TERMS, type Terms, TermsSchema, termsColumns, termValues } from './terms.ts'

/** How long an operator's offer waits for the streamer. */
const EXPIRES_AFTER_DAYS = 7

/** An operator names the streamer; a streamer speaks for itself. */
export const NewOffer = z
  .object({ terms: TermsSchema, streamer_id: PublicId('ST').optional() })
  .openapi('NewOffer')

export const OfferStatus = z.enum(OFFER_STATUSES)

export const Offer = z
  .object({
    id: PublicId('O'),
    campaign_id: PublicId('C'),
    operator_id: PublicId('OP'),
    streamer_id: PublicId('ST'),
    initiator: z.enum(['operator', 'streamer']),
    status: OfferStatus,
    terms: TermsSchema,
    negotiation_id: PublicId('N').nullable(),
    created_at: Instant,
    expires_at: Instant.nullable(),
  })
  .openapi('Offer')

/** An offer as the database gives it. */
export interface OfferRow {
  id: string
  campaign_id: string
  operator_id: string
  streamer_id: string
  initiator: 'operator' | 'streamer'
  status: (typeof OFFER_STATUSES)[number]
  terms: Terms
  negotiation_id: string | null
  created_at: Date
  expires_at: Date | null
}

// What nobody answered in time is over even before the clock's next round says so.
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
export const getOffer = async (db: Db, party: Party, id: string): Promise<OfferRow> => {
  const found = await row<OfferRow>(
    db,
    `${select} where offers.public_id = $1 and offers.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('offer')
  return found
}

export const listOffers = (
  db: Db,
  party: Party,
  wanted: Paging & { status?: OfferRow['status'] | undefined },
) =>
  readPage<OfferRow>(
    db,
    {
      table: 'offers',
      select,
      where: `offers.${ownerColumn(party)} = $1 and ($2::text is null or ${status} = $2)`,
      values: [party.id, wanted.status ?? null],
    },
    wanted,
  )

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
    throw alreadyExists('An offer between this streamer and this campaign is pending already.')
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

const requireOpen = (campaign: HeldCampaign | undefined): HeldCampaign => {
  if (!campaign) throw notFound('campaign')
  if (!isOpen(campaign.status)) throw wrongState('campaign', campaign.status, OPEN)
  return campaign
}

const isOpen = (state: CampaignRow['status']) => state === 'funded' || state === 'in_progress'

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
