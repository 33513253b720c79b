import { z } from 'zod'
import { eachEvent } from './event.ts'
import { broadcaster, knownPerson } from './fields.ts'

const Body = z.object({ broadcaster, follower: knownPerson })

/** Stores a follow. The body carries no time, so the delivery's counts. */
export const channelFollowed = eachEvent(async (client, event) => {
  const { broadcaster, follower } = Body.parse(event.body)
  await client.query(
    `insert into kick_follows (webhook_message_id, kick_user_id, follower_id, follower_name, followed_at)
     values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [event.messageId, broadcaster.user_id, follower.id, follower.name, event.sentAt],
  )
})
