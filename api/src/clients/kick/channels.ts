import { z } from 'zod'
import { readItems } from '../http/items.ts'
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
  /** When the current stream started; `undefined` when offline or unknown. */
  readonly startedAt: Date | undefined
  readonly title: string
  readonly category: string
}

/** What the column holds. */
const MOST_VIEWERS = 2 ** 31 - 1

/** Kick may leave a text out, or give null for it. */
const optionalText = z.string().nullish()

/**
 * Reads only what is used: the answer also carries the ingest `key` and `url` of the stream, which
 * must reach no log and no table. A field may be null, as Kick's clients in other languages have met
 * it; a field of another type makes the item unreadable, or a change at Kick would look like silence.
 */
const channelSchema = z.object({
  broadcaster_user_id: z.int().positive(),
  slug: optionalText,
  stream_title: optionalText,
  category: z.object({ name: optionalText }).nullish(),
  stream: z
    .object({
      is_live: z.boolean(),
      viewer_count: z
        .number()
        .nonnegative()
        .transform((count) => Math.min(Math.trunc(count), MOST_VIEWERS))
        .nullish(),
      start_time: optionalText.refine((text) => !text || !Number.isNaN(Date.parse(text))),
    })
    .nullable(),
})

/**
 * The state of up to 50 channels. Kick leaves out banned and deleted ones. Where a channel is listed
 * twice, the last entry counts.
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
  const name = 'kick channels'
  const channels = readItems(name, itemsOf(name, answer), channelSchema, {
    requested: kickUserIds.length,
  })
  const states = channels.map((channel) => [channel.broadcaster_user_id, stateOf(channel)] as const)
  return [...new Map(states).values()]
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

/** PostgreSQL's text holds every character but NUL, and one would fail the whole batch. */
function storable(text: string | null | undefined): string {
  return text?.replaceAll('\0', '') ?? ''
}
