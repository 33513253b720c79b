import { z } from 'zod'
import { storeChannelEvent } from './channel-event.ts'
import { eachEvent } from './event.ts'
import { broadcaster, instant, knownPerson } from './fields.ts'

const Body = z.object({ broadcaster, subscriber: knownPerson, created_at: instant })

/** Stores a first subscription. */
export const channelSubscriptionNew = eachEvent(async (client, event) => {
  const body = Body.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.created_at)
})
