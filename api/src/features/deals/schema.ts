import { z } from '@hono/zod-openapi'
import { Instant, PublicId } from '../../domain/fields.ts'
import { type Terms, TermsSchema } from '../../domain/terms.ts'
import { DEAL_STATUSES } from '../../telemetry/label-values.ts'

export const DealStatus = z.enum(DEAL_STATUSES)

export const Deal = z
  .object({
    id: PublicId('D'),
    negotiation_id: PublicId('N'),
    campaign_id: PublicId('C'),
    operator_id: PublicId('OP'),
    streamer_id: PublicId('ST'),
    status: DealStatus,
    terms: TermsSchema,
    confirmed: z.int().openapi({ description: 'Slots whose stream was confirmed.' }),
    created_at: Instant,
  })
  .openapi('Deal')

/** A deal as the database gives it. */
export interface DealRow {
  id: string
  negotiation_id: string
  campaign_id: string
  operator_id: string
  streamer_id: string
  status: (typeof DEAL_STATUSES)[number]
  terms: Terms
  confirmed: number
  created_at: Date
}
