import { z } from '@hono/zod-openapi'
import { Instant, PublicId, Text } from '../../domain/fields.ts'
import { type Terms, TermsSchema } from '../../domain/terms.ts'
import { CAMPAIGN_STATUSES } from '../../telemetry/label-values.ts'

export const CampaignStatus = z.enum(CAMPAIGN_STATUSES)

/** What an operator says of a new campaign. */
export const NewCampaign = z
  .object({
    title: Text(200),
    brief: Text(4000),
    floors: TermsSchema,
    window_days: z.int().min(1).max(365),
  })
  .openapi('NewCampaign')

/** Where the money lies; believed, since escrow is not ours. */
export const Deposit = z.object({ deposit_reference: Text(200) }).openapi('Deposit')

export const Campaign = z
  .object({
    id: PublicId('C'),
    operator_id: PublicId('OP'),
    title: z.string(),
    brief: z.string(),
    status: CampaignStatus,
    floors: TermsSchema,
    window_ends_at: Instant,
    created_at: Instant,
  })
  .openapi('Campaign')

/** A campaign as the database gives it. */
export interface CampaignRow {
  id: string
  operator_id: string
  title: string
  brief: string
  status: (typeof CAMPAIGN_STATUSES)[number]
  floors: Terms
  window_ends_at: Date
  created_at: Date
}

/** In these states a campaign has its money and takes offers. */
export const OPEN = ['funded', 'in_progress'] as const

export function isOpen(status: CampaignRow['status']) {
  return status === 'funded' || status === 'in_progress'
}
