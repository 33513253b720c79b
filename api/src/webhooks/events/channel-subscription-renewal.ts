import { z } from 'zod'
import { storeChannelEvent } from './channel-event.ts'
import { eachEvent } from './event.ts'
import { broadcaster, knownPerson } from './fields.ts'

const Body = z.object({ broadcaster, subscriber: knownPerson })

/** Stores a renewal. Its `created_at` is the subscription's start, so the delivery's time counts. */
export const channelSubscriptionRenewal = eachEvent(async (client, event) => {
  const body = Body.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, event.sentAt)
})
