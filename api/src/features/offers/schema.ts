import { z } from '@hono/zod-openapi'
import { Instant, PublicId } from '../../domain/fields.ts'
import { type Terms, TermsSchema } from '../../domain/terms.ts'
import { OFFER_STATUSES } from '../../telemetry/label-values.ts'

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
