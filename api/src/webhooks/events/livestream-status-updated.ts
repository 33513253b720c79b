import { z } from 'zod'
import { closeStream, openStream } from '../../domain/streams.ts'
import { eachEvent } from './event.ts'
import { broadcaster, instant } from './fields.ts'

const Body = z.object({
  broadcaster,
  is_live: z.boolean(),
  title: z
    .string()
    .nullish()
    .transform((title) => title ?? ''),
  started_at: instant,
  ended_at: instant,
})

/** Opens or closes the stream session of a channel. */
export const livestreamStatusUpdated = eachEvent(async (client, event) => {
  const { broadcaster, is_live, title, started_at, ended_at } = Body.parse(event.body)
  const stream = { kickUserId: broadcaster.user_id, title, by: 'webhook' } as const
  if (is_live) await openStream(client, { ...stream, startedAt: started_at ?? event.sentAt })
  else {
    const endedAt = ended_at ?? event.sentAt
    await closeStream(client, { ...stream, startedAt: started_at, endedAt })
  }
})
