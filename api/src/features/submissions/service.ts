import type { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { violates } from '../../db/failures.ts'
import { type Db, row, transaction } from '../../db/query.ts'
import type { Party } from '../../domain/account.ts'
import { alreadyExists, invalid, wrongState } from '../../domain/errors.ts'
import { getDeal, holdDeal } from '../deals/queries.ts'
import { getSubmission } from './queries.ts'
import type { NewSubmission, SubmissionRow } from './schema.ts'

/**
 * Hands in a stream for a slot, or another one after a rejection.
 * @throws 400 for a slot or a stream that is not the streamer's; 409 when the deal is over, the slot
 * is under review or confirmed, or the stream was handed in before.
 */
export async function submitStream(
  db: Pool,
  streamer: Party<'streamer'>,
  dealId: string,
  slot: number,
  proof: z.infer<typeof NewSubmission>,
): Promise<SubmissionRow> {
  try {
    return await transaction(db, async (tx) => {
      await getDeal(tx, streamer, dealId)
      const deal = await holdDeal(tx, dealId)
      if (deal?.status !== 'active') throw wrongState('deal', deal?.status ?? 'gone', ['active'])
      if (slot > deal.deliveries) throw invalid('slot', `The deal has ${deal.deliveries} slots.`)
      const url = 'stream_url' in proof ? proof.stream_url : null
      const stream = 'stream_id' in proof ? await ownStream(tx, streamer, proof.stream_id) : null
      const state = await slotState(tx, deal.id, slot)
      if (state !== 'empty' && state !== 'rejected') throw wrongState('slot', state, ['rejected'])
      // The deal is held, so the slot stays as it is. An upsert would take an id for each resubmission.
      const submitted = await row<{ public_id: string }>(
        tx,
        state === 'empty'
          ? `insert into session_submissions (deal_id, slot, stream_url, stream_session_id)
             values ($1, $2, $3, $4) returning public_id`
          : `update session_submissions
             set status = 'pending_review', stream_url = $3, stream_session_id = $4,
                 rejection_reason = null, submitted_at = now(), decided_at = null
             where deal_id = $1 and slot = $2
             returning public_id`,
        [deal.id, slot, url, stream],
      )
      return await getSubmission(tx, streamer, submitted?.public_id ?? '')
    })
  } catch (error) {
    if (!violates(error, 'session_submissions_stream_once')) throw error
    throw alreadyExists('This stream was handed in before.')
  }
}

async function ownStream(tx: Db, streamer: Party<'streamer'>, streamId: string) {
  const found = await row<{ id: string }>(
    tx,
    `select kick_stream_sessions.id from kick_stream_sessions
     join streamer_channels using (kick_user_id)
     where kick_stream_sessions.public_id = $1 and streamer_id = $2`,
    [streamId, streamer.id],
  )
  if (!found) throw invalid('stream_id', 'There is no such stream of yours.')
  return found.id
}

async function slotState(tx: Db, dealId: string, slot: number) {
  const found = await row<{ status: string }>(
    tx,
    'select status from session_submissions where deal_id = $1 and slot = $2',
    [dealId, slot],
  )
  return found?.status ?? 'empty'
}

/** The operator accepts the stream, for good; the last slot completes the deal. */
export function confirmSubmission(
  db: Pool,
  operator: Party<'operator'>,
  id: string,
): Promise<SubmissionRow> {
  return review(db, operator, id, async (tx, deal) => {
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
}

/** The operator does not accept the stream and says why; the streamer may hand in another one. */
export function rejectSubmission(
  db: Pool,
  operator: Party<'operator'>,
  id: string,
  reason: string,
): Promise<SubmissionRow> {
  return review(db, operator, id, async (tx) => {
    await tx.query(
      `update session_submissions
       set status = 'rejected', decided_at = now(), rejection_reason = $2
       where public_id = $1`,
      [id, reason],
    )
  })
}

function review(
  db: Pool,
  operator: Party<'operator'>,
  id: string,
  decide: (tx: Db, deal: { id: string }) => Promise<void>,
): Promise<SubmissionRow> {
  return transaction(db, async (tx) => {
    const { deal_id } = await getSubmission(tx, operator, id)
    const deal = await holdDeal(tx, deal_id)
    if (deal?.status !== 'active') throw wrongState('deal', deal?.status ?? 'gone', ['active'])
    // Read again: while we waited for the deal, the same review may have happened.
    const { status } = await getSubmission(tx, operator, id)
    if (status !== 'pending_review') throw wrongState('submission', status, ['pending_review'])
    await decide(tx, deal)
    return await getSubmission(tx, operator, id)
  })
}
