import type { PoolClient } from 'pg'
import { isKnown, type KickEventType } from '../event-type.ts'
import { channelFollowed } from './channel-followed.ts'
import { channelRewardRedemptionUpdated } from './channel-reward-redemption-updated.ts'
import { channelSubscriptionGifts } from './channel-subscription-gifts.ts'
import { channelSubscriptionNew } from './channel-subscription-new.ts'
import { channelSubscriptionRenewal } from './channel-subscription-renewal.ts'
import { chatMessageSent } from './chat-message-sent.ts'
import type { Effect, EventHandler } from './event.ts'
import { kicksGifted } from './kicks-gifted.ts'
import { livestreamMetadataUpdated } from './livestream-metadata-updated.ts'
import { livestreamStatusUpdated } from './livestream-status-updated.ts'
import { moderationBanned } from './moderation-banned.ts'
import { readBody } from './read-body.ts'

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

/** Hands a stored event to the handler of its type. Unknown types and versions are left alone. */
export const handleEvent = async (client: PoolClient, stored: StoredEvent): Promise<Effect> => {
  const { eventType, eventVersion } = stored
  if (!isKnown(eventType) || eventVersion !== VERSION) return 'ignored'
  return await handlers[eventType](client, { ...stored, body: readBody(stored.body) })
}
