import type { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { Party } from '../../auth/account.ts'
import { violates } from '../../db/failures.ts'
import { type Db, row, transaction } from '../../db/query.ts'
import { alreadyExists, invalid, wrongState } from '../../http/refusal.ts'
import { getDeal, holdDeal } from '../deals/read.ts'
import { getSubmission } from './read.ts'
import type { NewSubmission, SubmissionRow } from './submission.ts'

/**
 * Hands in a stream for a slot, or another one after a rejection.
 * @throws 400 for a slot or a stream that is not the streamer's; 409 when the deal is over, the slot
 * is under review or confirmed, or the stream was handed in before.
 */
export const submitStream = async (
  db: Pool,
  streamer: Party<'streamer'>,
  dealId: string,
  slot: number,
  proof: z.infer<typeof NewSubmission>,
): Promise<SubmissionRow> => {
  try {
    return await transaction(db, async (tx) => {
      await getDeal(tx, streamer, dealId)
      const deal = await holdDeal(tx, dealId)
      if (deal?.status !== 'active') throw wrongState('deal', deal?.status ?? 'gone', ['active'])
      if (slot > deal.deliveries) throw invalid('slot', `The deal has ${deal.deliveries} slots.`)
      const url = 'stream_url' in proof ? proof.stream_url : null
      const stream = 'stream_id' in proof ? await ownStream(tx, streamer, proof.stream_id) : null
      const submitted = await row<{ public_id: string }>(
        tx,
        `insert into session_submissions as former (deal_id, slot, stream_url, stream_session_id)
         values ($1, $2, $3, $4)
         on conflict (deal_id, slot) do update
           set status = 'pending_review', stream_url = excluded.stream_url,
               stream_session_id = excluded.stream_session_id, rejection_reason = null,
               submitted_at = now(), decided_at = null
           where former.status = 'rejected'
         returning public_id`,
        [deal.id, slot, url, stream],
      )
      if (!submitted) throw wrongState('slot', await slotState(tx, deal.id, slot), ['rejected'])
      return await getSubmission(tx, streamer, submitted.public_id)
    })
  } catch (error) {
    if (!violates(error, 'session_submissions_stream_once')) throw error
    throw alreadyExists('This stream was handed in before.')
  }
}

const ownStream = async (tx: Db, streamer: Party<'streamer'>, streamId: string) => {
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

const slotState = async (tx: Db, dealId: string, slot: number) => {
  const found = await row<{ status: string }>(
    tx,
    'select status from session_submissions where deal_id = $1 and slot = $2',
    [dealId, slot],
  )
  return found?.status ?? 'empty'
}
