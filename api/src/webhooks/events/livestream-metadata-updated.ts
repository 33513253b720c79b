import { z } from 'zod'
import { storeChannelEvent } from './channel-event.ts'
import { eachEvent } from './event.ts'
import { broadcaster } from './fields.ts'

const Body = z.object({
  broadcaster,
  metadata: z.object({
    // A ban has metadata too, but no title.
    title: z.string().nullable(),
    category: z.object({ name: z.string().nullish() }).nullish(),
  }),
})

/** Stores the snapshot, and gives the running stream its new title and category. */
export const livestreamMetadataUpdated = eachEvent(async (client, event) => {
  const { broadcaster, metadata } = Body.parse(event.body)
  await storeChannelEvent(client, event, broadcaster.user_id, event.sentAt)
  await client.query(
    `update kick_stream_sessions
     set title = coalesce($2, title), category = coalesce($3, category)
     where kick_user_id = $1 and ended_at is null and started_at <= $4`,
    [broadcaster.user_id, metadata.title, metadata.category?.name ?? null, event.sentAt],
  )
})
