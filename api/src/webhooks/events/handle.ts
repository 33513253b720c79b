import type { PoolClient } from 'pg'
import { holdChannels } from '../../features/streamers/stream-sessions.ts'
import { isKickEventType, type KickEventType } from '../../telemetry/label-values.ts'
import {
  channelFollowed,
  channelRewardRedemptionUpdated,
  channelSubscriptionGifts,
  channelSubscriptionNew,
  channelSubscriptionRenewal,
  kicksGifted,
  moderationBanned,
} from './channel.ts'
import { chatMessageSent } from './chat.ts'
import { broadcasterOf, type EventHandler, type KickEvent, readBody } from './event.ts'
import { livestreamMetadataUpdated, livestreamStatusUpdated } from './livestream.ts'

const handlers: Readonly<Record<KickEventType, EventHandler>> = {
  'chat.message.sent': chatMessageSent,
  'channel.followed': channelFollowed,
  'channel.subscription.new': channelSubscriptionNew,
  'channel.subscription.renewal': channelSubscriptionRenewal,
  'channel.subscription.gifts': channelSubscriptionGifts,
  'channel.reward.redemption.updated': channelRewardRedemptionUpdated,
  'livestream.status.updated': livestreamStatusUpdated,
  'livestream.metadata.updated': livestreamMetadataUpdated,
  'moderation.banned': moderationBanned,
  'kicks.gifted': kicksGifted,
}

/** The only version Kick documents; another one may mean something else by the same fields. */
const VERSION = '1'

/** An event as it lies in the inbox. */
export interface StoredEvent {
  readonly messageId: string
  readonly eventType: string
  readonly eventVersion: string
  readonly sentAt: Date
  readonly body: Buffer
  /** Whether it came under a subscription of this app. */
  readonly own: boolean
}

/**
 * What became of an event. `ignored`: its type, its version or its subscription is unknown; it is kept as
 * it came.
 */
export type Effect = 'ok' | 'ignored'

export interface Handled<Stored> {
  readonly event: Stored
  readonly effect: Effect
  /** Its share of the time that the events of its type took. */
  readonly seconds: number
}

/**
 * One transaction at a time handles these for a channel: two change stream sessions, which viewer polls
 * do too, and two have no time in their bodies, so that only a search finds what was stored before.
 */
const ONE_AT_A_TIME: readonly KickEventType[] = [
  'channel.followed',
  'livestream.status.updated',
  'livestream.metadata.updated',
]

/** All channels at once, before any handler takes one: polls hold many channels, too. */
async function holdChannelsOf(client: PoolClient, events: readonly KickEvent[]) {
  const ids = events.map(({ body }) => broadcasterOf(body)).filter((id) => id !== undefined)
  if (ids.length > 0) await holdChannels(client, ids)
}

/** Hands stored events to the handlers of their types; those of one type stay in order. */
export async function handleEvents<Stored extends StoredEvent>(
  client: PoolClient,
  events: readonly Stored[],
): Promise<Handled<Stored>[]> {
  const handled: Handled<Stored>[] = []
  const types = byType(events)
  const oneAtATime = ONE_AT_A_TIME.flatMap((type) => types.get(type) ?? [])
  await holdChannelsOf(client, oneAtATime.map(read))
  for (const [type, ofType] of types) {
    const startedAt = performance.now()
    if (type !== 'ignored') await handlers[type](client, ofType.map(read))
    const seconds = (performance.now() - startedAt) / 1000 / ofType.length
    const effect = type === 'ignored' ? 'ignored' : 'ok'
    for (const event of ofType) handled.push({ event, effect, seconds })
  }
  return handled
}

function read(stored: StoredEvent): KickEvent {
  return { ...stored, body: readBody(stored.body) }
}

function byType<Stored extends StoredEvent>(events: readonly Stored[]) {
  const types = new Map<KickEventType | 'ignored', Stored[]>()
  for (const event of events) {
    const { eventType, eventVersion, own } = event
    const type =
      own && isKickEventType(eventType) && eventVersion === VERSION ? eventType : 'ignored'
    const known = types.get(type)
    if (known) known.push(event)
    else types.set(type, [event])
  }
  return types
}
