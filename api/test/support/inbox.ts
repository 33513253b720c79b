import { until } from '@verifluence/testkit'
import type { Backend } from './backend.ts'

/** What became of a stored delivery. */
export interface Settled {
  result: string | null
  parked: boolean
  attempts: number
  last_error: string | null
}

let lastId = 0

/** A message id that no other test uses; Kick's are ULIDs, 26 characters too. */
export function aMessageId() {
  return `01TEST${String(process.pid)}${String(++lastId)}`.padEnd(26, 'Z')
}

/** Waits until the inbox has dealt with a message, one way or the other. */
export function settled(backend: Backend, messageId: string): Promise<Settled> {
  return until(
    `${messageId} is dealt with`,
    async () => {
      const [row] = await backend.query<Settled>(
        `select result, parked_at is not null as parked, attempts, last_error from webhooks.incoming
         where message_id = $1 and (processed_at is not null or parked_at is not null)`,
        [messageId],
      )
      return row
    },
    { withinMs: 15_000, everyMs: 10 },
  )
}

/** Puts an event into the inbox as if another process had received it. */
export async function leave(
  backend: Backend,
  event: { messageId: string; type: string; body: unknown; attempts?: number },
) {
  await backend.query(
    `insert into webhooks.incoming
       (source, message_id, event_type, event_version, subscription_id, message_timestamp, body, attempts)
     values ('kick', $1, $2, '1', '', now(), $3, $4)`,
    [event.messageId, event.type, Buffer.from(JSON.stringify(event.body)), event.attempts ?? 0],
  )
}
