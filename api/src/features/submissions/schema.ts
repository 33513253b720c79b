import { z } from '@hono/zod-openapi'
import { Instant, PublicId, Text } from '../../domain/fields.ts'
import { SUBMISSION_STATUSES } from '../../telemetry/label-values.ts'

/** The proof of one delivered stream: a link to it, or a Kick stream that was tracked. */
export const NewSubmission = z
  .union([
    z.strictObject({ stream_url: z.url({ protocol: /^https?$/ }).max(500) }),
    z.strictObject({ stream_id: PublicId('K') }),
  ])
  .openapi('NewSubmission')

export const Rejection = z.object({ reason: Text(1000) }).openapi('Rejection')

export const Submission = z
  .object({
    id: PublicId('S'),
    deal_id: PublicId('D'),
    slot: z.int(),
    status: z.enum(SUBMISSION_STATUSES),
    stream_url: z.string().nullable(),
    stream_id: PublicId('K').nullable(),
    rejection_reason: z.string().nullable(),
    submitted_at: Instant,
    decided_at: Instant.nullable(),
  })
  .openapi('Submission')

/** A submission as the database gives it. */
export interface SubmissionRow {
  id: string
  deal_id: string
  slot: number
  status: (typeof SUBMISSION_STATUSES)[number]
  stream_url: string | null
  stream_id: string | null
  rejection_reason: string | null
  submitted_at: Date
  decided_at: Date | null
}
