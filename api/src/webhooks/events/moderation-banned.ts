import { z } from 'zod'
import { storeChannelEvent } from './channel-event.ts'
import { eachEvent } from './event.ts'
import { broadcaster, instant, knownPerson } from './fields.ts'

const Body = z.object({
  broadcaster,
  banned_user: knownPerson,
  metadata: z.object({ created_at: instant }),
})

/** Stores a ban or a timeout. */
export const moderationBanned = eachEvent(async (client, event) => {
  const body = Body.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.metadata.created_at)
})
