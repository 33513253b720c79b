import { z } from 'zod'
import { storeChannelEvent } from './channel-event.ts'
import { eachEvent } from './event.ts'
import { broadcaster, instant, person } from './fields.ts'

const Body = z.object({
  broadcaster,
  sender: person,
  gift: z.object({ amount: z.number() }),
  created_at: instant,
})

/** Stores a gift of KICKs. */
export const kicksGifted = eachEvent(async (client, event) => {
  const body = Body.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.created_at)
})
