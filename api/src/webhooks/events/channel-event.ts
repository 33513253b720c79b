import type { PoolClient } from 'pg'
import type { KickEvent } from './event.ts'

/** Keeps an event as it came, filed under its channel, type and time. */
export const storeChannelEvent = async (
  client: PoolClient,
  event: KickEvent,
  kickUserId: number,
  occurredAt: Date | undefined,
): Promise<void> => {
  await client.query(
    `insert into kick_channel_events (webhook_message_id, kick_user_id, event_type, occurred_at, body)
     values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [
      event.messageId,
      kickUserId,
      event.eventType,
      occurredAt ?? event.sentAt,
      JSON.stringify(event.body),
    ],
  )
}
