import type { PoolClient } from 'pg'
import { rows } from '../../db/query.ts'

/** A stored delivery that waits to be processed. */
export interface WaitingEvent {
  readonly id: string
  readonly source: 'kick'
  readonly messageId: string
  readonly eventType: string
  readonly eventVersion: string
  readonly sentAt: Date
  readonly body: Buffer
  /** How often it was tried before. */
  readonly attempts: number
}

const columns = `id, source, message_id as "messageId", event_type as "eventType",
  event_version as "eventVersion", message_timestamp as "sentAt", body, attempts`
const waiting = 'processed_at is null and parked_at is null'

/** Locks what is due until the transaction ends; what another replica holds is passed over. */
export const claimDue = (client: PoolClient, limit: number): Promise<WaitingEvent[]> =>
  rows(
    client,
    `select ${columns} from webhooks.incoming
     where ${waiting} and next_attempt_at <= now()
     order by next_attempt_at limit $1
     for update skip locked`,
    [limit],
  )

/** Locks one event, unless it has been dealt with or is held by another replica. */
export const claimOne = async (
  client: PoolClient,
  id: string,
): Promise<WaitingEvent | undefined> => {
  const claimed = await rows<WaitingEvent>(
    client,
    `select ${columns} from webhooks.incoming where id = $1 and ${waiting} for update skip locked`,
    [id],
  )
  return claimed[0]
}
