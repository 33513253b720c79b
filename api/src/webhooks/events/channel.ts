import type { PoolClient } from 'pg'
import { z } from 'zod'
import { broadcaster, eachEvent, instant, type KickEvent, knownPerson, person } from './event.ts'

/** Keeps an event as it came, filed under its channel, type and time. */
export async function storeChannelEvent(
  client: PoolClient,
  event: KickEvent,
  kickUserId: number,
  occurredAt: Date | undefined,
): Promise<void> {
  await client.query(
    `insert into kick_channel_events (webhook_message_id, kick_user_id, event_type, occurred_at, body)
     values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [
      event.messageId,
      kickUserId,
      event.eventType,
      occurredAt ?? event.sentAt,
      JSON.stringify(event.body),
    ],
  )
}

const FollowedBody = z.object({ broadcaster, follower: knownPerson })

/** Stores a follow. The body carries no time, so the delivery's counts. */
export const channelFollowed = eachEvent(async (client, event) => {
  const { broadcaster, follower } = FollowedBody.parse(event.body)
  await client.query(
    `insert into kick_follows (webhook_message_id, kick_user_id, follower_id, follower_name, followed_at)
     values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [event.messageId, broadcaster.user_id, follower.id, follower.name, event.sentAt],
  )
})

const SubscriptionNewBody = z.object({ broadcaster, subscriber: knownPerson, created_at: instant })

/** Stores a first subscription. */
export const channelSubscriptionNew = eachEvent(async (client, event) => {
  const body = SubscriptionNewBody.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.created_at)
})

const SubscriptionRenewalBody = z.object({ broadcaster, subscriber: knownPerson })

/** Stores a renewal. Its `created_at` is the subscription's start, so the delivery's time counts. */
export const channelSubscriptionRenewal = eachEvent(async (client, event) => {
  const body = SubscriptionRenewalBody.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, event.sentAt)
})

const SubscriptionGiftsBody = z.object({
  broadcaster,
  gifter: person,
  giftees: z.array(person),
  created_at: instant,
})

/** Stores gifted subscriptions; the gifter may be anonymous. */
export const channelSubscriptionGifts = eachEvent(async (client, event) => {
  const body = SubscriptionGiftsBody.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.created_at)
})

const RewardRedemptionBody = z.object({
  broadcaster,
  redeemer: knownPerson,
  id: z.string(),
  status: z.string(),
})

/** Stores each state that a channel-point redemption goes through. */
export const channelRewardRedemptionUpdated = eachEvent(async (client, event) => {
  const body = RewardRedemptionBody.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, event.sentAt)
})

const BannedBody = z.object({
  broadcaster,
  banned_user: knownPerson,
  metadata: z.object({ created_at: instant }),
})

/** Stores a ban or a timeout. */
export const moderationBanned = eachEvent(async (client, event) => {
  const body = BannedBody.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.metadata.created_at)
})

const KicksGiftedBody = z.object({
  broadcaster,
  sender: person,
  gift: z.object({ amount: z.number() }),
  created_at: instant,
})

/** Stores a gift of KICKs. */
export const kicksGifted = eachEvent(async (client, event) => {
  const body = KicksGiftedBody.parse(event.body)
  await storeChannelEvent(client, event, body.broadcaster.user_id, body.created_at)
})
