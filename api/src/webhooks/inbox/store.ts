import type { Pool } from 'pg'
import type { Delivery } from '../receiver/delivery.ts'

const insert = {
  // Named, so that PostgreSQL plans it once a connection.
  name: 'store-webhook',
  text: `insert into webhooks.incoming
           (source, message_id, event_type, event_version, subscription_id, message_timestamp, body)
         values ('kick', $1, $2, $3, $4, $5, $6)
         on conflict (source, message_id) do nothing`,
}

/** Makes a delivery durable. The one insert decides who was first, however many arrive at once. */
export const storeDelivery = async (db: Pool, delivery: Delivery): Promise<'ok' | 'duplicate'> => {
  const { messageId, eventType, eventVersion, subscriptionId, sentAt, body } = delivery
  const { rowCount } = await db.query({
    ...insert,
    values: [messageId, eventType, eventVersion, subscriptionId, sentAt, body],
  })
  return rowCount === 1 ? 'ok' : 'duplicate'
}
