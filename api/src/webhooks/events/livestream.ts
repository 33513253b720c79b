import { z } from 'zod'
import { closeStream, openStream } from '../../features/streamers/stream-sessions.ts'
import { storeUntimedChannelEvent } from './channel.ts'
import { broadcaster, eachEvent, instant } from './event.ts'

const StatusUpdatedBody = z.object({
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
  const { broadcaster, is_live, title, started_at, ended_at } = StatusUpdatedBody.parse(event.body)
  const stream = { kickUserId: broadcaster.user_id, title, by: 'webhook' } as const
  if (is_live) await openStream(client, { ...stream, startedAt: started_at ?? event.sentAt })
  else {
    const endedAt = ended_at ?? event.sentAt
    await closeStream(client, { ...stream, startedAt: started_at, endedAt })
  }
})

const MetadataUpdatedBody = z.object({
  broadcaster,
  metadata: z.object({
    // A ban has metadata too, but no title.
    title: z.string().nullable(),
    category: z.object({ name: z.string().nullish() }).nullish(),
  }),
})

/** Stores the snapshot, and gives the running stream its new title and category. */
export const livestreamMetadataUpdated = eachEvent(async (client, event) => {
  const { broadcaster, metadata } = MetadataUpdatedBody.parse(event.body)
  await storeUntimedChannelEvent(client, event, broadcaster.user_id)
  await client.query(
    `update kick_stream_sessions
     set title = coalesce($2, title), category = coalesce($3, category)
     where kick_user_id = $1 and ended_at is null and started_at <= $4`,
    [broadcaster.user_id, metadata.title, metadata.category?.name ?? null, event.sentAt],
  )
})
