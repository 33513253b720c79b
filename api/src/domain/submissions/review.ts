import type { Pool } from 'pg'
import type { Party } from '../../auth/account.ts'
import { type Db, transaction } from '../../db/query.ts'
import { wrongState } from '../../http/refusal.ts'
import { holdDeal } from '../deals/read.ts'
import { getSubmission } from './read.ts'
import type { SubmissionRow } from './submission.ts'

/** The operator accepts the stream, for good; the last slot completes the deal. */
export const confirmSubmission = (
  db: Pool,
  operator: Party<'operator'>,
  id: string,
): Promise<SubmissionRow> =>
  review(db, operator, id, async (tx, deal) => {
    await tx.query(
      `update session_submissions set status = 'confirmed', decided_at = now()
       where public_id = $1`,
      [id],
    )
    await tx.query(
      `update deals set status = 'completed', status_at = now()
       where id = $1 and deliveries = (
         select count(*) from session_submissions where deal_id = $1 and status = 'confirmed')`,
      [deal.id],
    )
  })

/** The operator does not accept the stream and says why; the streamer may hand in another one. */
export const rejectSubmission = (
  db: Pool,
  operator: Party<'operator'>,
  id: string,
  reason: string,
): Promise<SubmissionRow> =>
  review(db, operator, id, async (tx) => {
    await tx.query(
      `update session_submissions
       set status = 'rejected', decided_at = now(), rejection_reason = $2
       where public_id = $1`,
      [id, reason],
    )
  })

const review = (
  db: Pool,
  operator: Party<'operator'>,
  id: string,
  decide: (tx: Db, deal: { id: string }) => Promise<void>,
): Promise<SubmissionRow> =>
  transaction(db, async (tx) => {
    const { deal_id } = await getSubmission(tx, operator, id)
    const deal = await holdDeal(tx, deal_id)
    if (deal?.status !== 'active') throw wrongState('deal', deal?.status ?? 'gone', ['active'])
    // Read anew: while we waited for the deal, the same review may have happened.
    const { status } = await getSubmission(tx, operator, id)
    if (status !== 'pending_review') throw wrongState('submission', status, ['pending_review'])
    await decide(tx, deal)
    return await getSubmission(tx, operator, id)
  })
