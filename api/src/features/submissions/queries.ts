import { type Paging, readPage } from '../../db/page.ts'
import { type Db, row } from '../../db/query.ts'
import { ownerColumn, type Party } from '../../domain/account.ts'
import { notFound } from '../../domain/errors.ts'
import { getDeal } from '../deals/queries.ts'
import type { SubmissionRow } from './schema.ts'

const select = `select session_submissions.public_id as id, deals.public_id as deal_id, slot,
    session_submissions.status, stream_url, kick_stream_sessions.public_id as stream_id,
    rejection_reason, submitted_at, decided_at
  from session_submissions
  join deals on deals.id = session_submissions.deal_id
  left join kick_stream_sessions on kick_stream_sessions.id = stream_session_id`

/** @throws 404 when this party has no part in it. */
export async function getSubmission(db: Db, party: Party, id: string): Promise<SubmissionRow> {
  const found = await row<SubmissionRow>(
    db,
    `${select} where session_submissions.public_id = $1 and deals.${ownerColumn(party)} = $2`,
    [id, party.id],
  )
  if (!found) throw notFound('submission')
  return found
}

/** @throws 404 when this party has no part in the deal. */
export async function listSubmissions(db: Db, party: Party, dealId: string, wanted: Paging) {
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
