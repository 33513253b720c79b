import { ownerColumn, type Party } from '../../auth/account.ts'
import { type Db, row } from '../../db/query.ts'
import { type Paging, readPage } from '../../http/page.ts'
import { notFound } from '../../http/refusal.ts'
import { getDeal } from '../deals/read.ts'
import type { SubmissionRow } from './submission.ts'

const select = `select session_submissions.public_id as id, deals.public_id as deal_id, slot,
    session_submissions.status, stream_url, kick_stream_sessions.public_id as stream_id,
    rejection_reason, submitted_at, decided_at
  from session_submissions
  join deals on deals.id = session_submissions.deal_id
  left join kick_stream_sessions on kick_stream_sessions.id = stream_session_id`

/** @throws 404 when this party has no part in it. */
export const getSubmission = async (db: Db, party: Party, id: string): Promise<SubmissionRow> => {
  const found = await row<SubmissionRow>(
    db,
    `${select} where session_submissions.public_id = $1 and deals.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('submission')
  return found
}

/** @throws 404 when this party has no part in the deal. */
export const listSubmissions = async (db: Db, party: Party, dealId: string, wanted: Paging) => {
  const deal = await getDeal(db, party, dealId)
  return await readPage<SubmissionRow>(
    db,
    {
      table: 'session_submissions',
      select,
      where: 'deals.public_id = $1',
      values: [deal.id],
    },
    wanted,
  )
}
