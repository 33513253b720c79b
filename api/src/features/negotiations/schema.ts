import { z } from '@hono/zod-openapi'
import { Instant, PublicId, TermValue } from '../../domain/fields.ts'
import { TERMS } from '../../domain/terms.ts'
import { IdParam } from '../../http/openapi.ts'
import { NEGOTIATION_STATUSES } from '../../telemetry/label-values.ts'

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
