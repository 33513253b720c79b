import type { PoolClient } from 'pg'
import { z } from 'zod'
import { broadcaster, eachEvent, instant, type KickEvent, knownPerson, person } from './event.ts'

/**
 * Keeps an event as it came, filed under its channel, type and time. Delivered by two subscriptions, under
 * two ids, it is one row: its content is the same, times included.
 */
async function storeChannelEvent(
  client: PoolClient,
  event: KickEvent,
  kickUserId: number,
  occurredAt: Date | undefined,
): Promise<void> {
  await client.query(
    `insert into kick_channel_events
       (webhook_message_id, kick_user_id, event_type, occurred_at, body, fingerprint)
     values ($1, $2, $3, $4, $5, md5($5::jsonb::text))
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

/** Deliveries of one event differ in their times by less; an event that really repeats comes later. */
const SAME_EVENT_MINUTES = 1

/**
 * Keeps an event without a time in its body: the same content within a minute is the same event. The
 * caller holds the channel.
 */
export async function storeUntimedChannelEvent(
  client: PoolClient,
  event: KickEvent,
  kickUserId: number,
): Promise<void> {
  await client.query(
    `insert into kick_channel_events (webhook_message_id, kick_user_id, event_type, occurred_at, body)
     select $1::text, $2::bigint, $3::text, $4::timestamptz, $5::jsonb
     where not exists (
       select from kick_channel_events
       where kick_user_id = $2 and event_type = $3 and body = $5::jsonb
         and occurred_at between $4::timestamptz - make_interval(mins => $6::int)
                             and $4::timestamptz + make_interval(mins => $6::int))
     on conflict do nothing`,
    [
      event.messageId,
      kickUserId,
      event.eventType,
      event.sentAt,
      JSON.stringify(event.body),
      SAME_EVENT_MINUTES,
    ],
  )
}

const FollowedBody = z.object({ broadcaster, follower: knownPerson })

/**
 * Stores a follow. The body carries no time, so the delivery's counts; one by the same follower within a
 * minute is the same one, delivered by another subscription.
 */
export const channelFollowed = eachEvent(async (client, event) => {
  const { broadcaster, follower } = FollowedBody.parse(event.body)
  await client.query(
    `insert into kick_follows (webhook_message_id, kick_user_id, follower_id, follower_name, followed_at)
     select $1::text, $2::bigint, $3::bigint, $4::text, $5::timestamptz
     where not exists (
       select from kick_follows
       where kick_user_id = $2 and follower_id = $3
         and followed_at between $5::timestamptz - make_interval(mins => $6::int)
                             and $5::timestamptz + make_interval(mins => $6::int))
     on conflict do nothing`,
    [
      event.messageId,
      broadcaster.user_id,
      follower.id,
      follower.name,
      event.sentAt,
      SAME_EVENT_MINUTES,
    ],
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
