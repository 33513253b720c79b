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
}

/** What became of an event. `ignored`: its type or version is unknown; it is kept as it came. */
export type Effect = 'ok' | 'ignored'

export interface Handled<Stored> {
  readonly event: Stored
  readonly effect: Effect
  /** Its share of the time that the events of its type took. */
  readonly seconds: number
}

/** These change stream sessions, which viewer polls do too. */
const OF_STREAMS: readonly KickEventType[] = [
  'livestream.status.updated',
  'livestream.metadata.updated',
]

/** All channels at once, before any handler takes one: polls hold many channels, too. */
async function holdStreams(client: PoolClient, events: readonly KickEvent[]) {
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
  const ofStreams = OF_STREAMS.flatMap((type) => types.get(type) ?? [])
  await holdStreams(client, ofStreams.map(read))
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
    const { eventType, eventVersion } = event
    const type = isKickEventType(eventType) && eventVersion === VERSION ? eventType : 'ignored'
    const known = types.get(type)
    if (known) known.push(event)
    else types.set(type, [event])
  }
  return types
}
