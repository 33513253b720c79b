import type { Pool } from 'pg'
import type { Party } from '../../auth/account.ts'
import { row, transaction } from '../../db/query.ts'
import { blocked, wrongState } from '../../http/refusal.ts'
import type { DealRow } from './deal.ts'
import { getDeal, holdDeal } from './read.ts'

/** Either side gives up a deal for which nothing counts yet. */
export const cancelDeal = (db: Pool, party: Party, id: string): Promise<DealRow> =>
  endDeal(db, party, id, 'cancelled', ['pending_review', 'confirmed'])

/** The operator gets back what the slots without a confirmed stream would have cost. */
export const refundDeal = (db: Pool, operator: Party<'operator'>, id: string): Promise<DealRow> =>
  endDeal(db, operator, id, 'refunded', ['pending_review'])

const endDeal = (
  db: Pool,
  party: Party,
  id: string,
  end: 'cancelled' | 'refunded',
  unless: readonly string[],
): Promise<DealRow> =>
  transaction(db, async (tx) => {
    await getDeal(tx, party, id)
    const held = await holdDeal(tx, id)
    if (held?.status !== 'active') throw wrongState('deal', held?.status ?? 'gone', ['active'])
    const obstacle = await row<{ public_id: string; status: string }>(
      tx,
      `select public_id, status from session_submissions
       where deal_id = $1 and status = any($2) limit 1`,
      [held.id, unless],
    )
    if (obstacle) {
      throw blocked(`The submission ${obstacle.public_id} is ${obstacle.status}.`, obstacle.status)
    }
    await tx.query('update deals set status = $2, status_at = now() where id = $1', [held.id, end])
    return await getDeal(tx, party, id)
  })
