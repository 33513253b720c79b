import { z } from 'zod'
import { storeChannelEvent } from './channel-event.ts'
import { eachEvent } from './event.ts'
import { broadcaster, knownPerson } from './fields.ts'

const Body = z.object({ broadcaster, redeemer: knownPerson, id: z.string(), status: z.string() })

/** Stores each state that a channel-point redemption goes through. */
export const channelRewardRedemptionUpdated = eachEvent(async (client, event) => {
  const body = Body.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, event.sentAt)
})
