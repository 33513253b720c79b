import { z } from 'zod'
import { PATIENT } from '../http/retry.ts'
import { itemsOf, kickInstant } from './envelope.ts'
import type { KickRequest } from './request.ts'

/** How many channels Kick takes in one call. */
export const CHANNELS_PER_CALL = 50

/** What Kick says of a channel right now. */
export interface ChannelState {
  readonly kickUserId: number
  /** Slugs change; this is the current one. */
  readonly slug: string | undefined
  readonly live: boolean
  /** 0 also when the streamer hides it, so it says nothing about being live. */
  readonly viewerCount: number
  /** When the current stream started; `undefined` when offline or not told. */
  readonly startedAt: Date | undefined
  readonly title: string
  readonly category: string
}

/**
 * Only what is used is read: the answer also carries the ingest `key` and `url` of the stream, which
 * must get into no log and no table. Kick's clients in other languages have met null in every field.
 */
const channelSchema = z.object({
  broadcaster_user_id: z.number().int().positive(),
  slug: z.string().nullish().catch(undefined),
  stream_title: z.string().nullish().catch(undefined),
  category: z.object({ name: z.string().nullish() }).nullish().catch(undefined),
  stream: z
    .object({
      is_live: z.boolean(),
      viewer_count: z.int32().nonnegative().catch(0),
      start_time: z.string().nullish().catch(undefined),
    })
    .nullish(),
})

/**
 * The state of up to 50 channels. Banned and deleted ones are left out by Kick; an item that cannot
 * be read is left out here, so that it does not cost the other 49. Of one told twice the last counts.
 *
 * @throws RefusedError, UnreachableError, UnreadableError
 */
export async function readChannels(
  request: KickRequest,
  kickUserIds: readonly number[],
  signal?: AbortSignal,
): Promise<ChannelState[]> {
  const query = kickUserIds.map((id) => `broadcaster_user_id=${id}`).join('&')
  const answer = await request({
    operation: 'channels',
    path: `/public/v1/channels?${query}`,
    retry: PATIENT,
    signal,
  })
  const states = new Map<number, ChannelState>()
  for (const item of itemsOf('kick channels', answer)) {
    const { data } = channelSchema.safeParse(item)
    if (data) states.set(data.broadcaster_user_id, stateOf(data))
  }
  return [...states.values()]
}

function stateOf(channel: z.infer<typeof channelSchema>): ChannelState {
  const live = channel.stream?.is_live ?? false
  return {
    kickUserId: channel.broadcaster_user_id,
    slug: storable(channel.slug) || undefined,
    live,
    viewerCount: channel.stream?.viewer_count ?? 0,
    startedAt: live ? kickInstant(channel.stream?.start_time) : undefined,
    title: storable(channel.stream_title),
    category: storable(channel.category?.name),
  }
}

/** PostgreSQL's texts hold every character but NUL, and one would cost the whole batch. */
function storable(text: string | null | undefined): string {
  return text?.replaceAll('\0', '') ?? ''
}
