import { randomUUID } from 'node:crypto'
import { toSeconds } from '../../clock.ts'
import { type Channel, startTime } from '../channels.ts'
import { ulid } from '../ulid.ts'

/** Who an event is about, and when it happens. */
export type Scene = { readonly channel: Channel; readonly at: number }
type Body = Readonly<Record<string, unknown>>

const person = (userId: number, username: string) => ({
  is_anonymous: false,
  user_id: userId,
  username,
  is_verified: false,
  profile_picture: '',
  channel_slug: username.toLowerCase(),
  identity: null,
})
const broadcaster = ({ channel }: Scene) => ({
  ...person(channel.broadcasterUserId, channel.username),
  channel_slug: channel.slug,
})
const fan = person(900_001, 'FanOfTheShow')
/** Two events describe persons without these two fields. */
const plain = ({ is_anonymous: _, identity: __, ...rest }: ReturnType<typeof person>) => rest

const month = 30 * 86_400_000
const now = ({ at }: Scene): string => new Date(at).toISOString()
const subscription = (scene: Scene) => ({
  created_at: now(scene),
  expires_at: new Date(scene.at + month).toISOString(),
})
const category = ({ channel }: Scene) => ({ ...channel.category, thumbnail: '' })

/** How the body of each type of event looks; what is not given otherwise is made up. */
const bodies = {
  'chat.message.sent': (scene: Scene): Body => ({
    message_id: randomUUID(),
    replies_to: null,
    broadcaster: broadcaster(scene),
    sender: {
      ...fan,
      identity: {
        username_color: '#12AB34',
        badges: [{ text: 'Subscriber', type: 'subscriber', count: 3 }],
      },
    },
    content: 'hey [emote:1:Wave] there',
    emotes: [{ emote_id: '1', positions: [{ s: 4, e: 17 }] }],
    created_at: now(scene),
  }),
  'channel.followed': (scene: Scene): Body => ({ broadcaster: broadcaster(scene), follower: fan }),
  'channel.subscription.new': (scene: Scene): Body => ({
    broadcaster: broadcaster(scene),
    subscriber: fan,
    duration: 1,
    ...subscription(scene),
  }),
  'channel.subscription.renewal': (scene: Scene): Body => ({
    broadcaster: broadcaster(scene),
    subscriber: fan,
    duration: 3,
    ...subscription(scene),
  }),
  'channel.subscription.gifts': (scene: Scene): Body => ({
    broadcaster: broadcaster(scene),
    gifter: fan,
    giftees: [person(900_002, 'LuckyOne')],
    ...subscription(scene),
  }),
  'channel.reward.redemption.updated': (scene: Scene): Body => ({
    id: ulid(scene.at),
    user_input: '',
    status: 'pending',
    redeemed_at: now(scene),
    reward: { id: ulid(scene.at), title: 'Song request', cost: 100, description: '' },
    redeemer: plain(fan),
    broadcaster: plain(broadcaster(scene)),
  }),
  'livestream.status.updated': (scene: Scene): Body => {
    const ended = scene.channel.endedAt
    return {
      broadcaster: broadcaster(scene),
      is_live: ended === undefined,
      title: scene.channel.title,
      started_at: startTime(scene.channel),
      ended_at: ended === undefined ? null : toSeconds(ended),
    }
  },
  'livestream.metadata.updated': (scene: Scene): Body => ({
    broadcaster: broadcaster(scene),
    metadata: {
      title: scene.channel.title,
      language: scene.channel.language,
      has_mature_content: scene.channel.mature,
      // Kick really sends the category twice.
      category: category(scene),
      Category: category(scene),
    },
  }),
  'moderation.banned': (scene: Scene): Body => ({
    broadcaster: broadcaster(scene),
    moderator: person(900_003, 'Moderator'),
    banned_user: person(900_004, 'Spammer'),
    metadata: { reason: 'spam', created_at: now(scene), expires_at: null },
  }),
  'kicks.gifted': (scene: Scene): Body => ({
    broadcaster: plain(broadcaster(scene)),
    sender: plain(fan),
    gift: {
      amount: 500,
      name: 'Rocket',
      type: 'LEVEL_UP',
      tier: 'MID',
      message: 'well played',
      pinned_time_seconds: 600,
    },
    created_at: now(scene),
  }),
}

export type EventType = keyof typeof bodies

/** Every type of event that Kick can be subscribed to. */
export const eventTypes = Object.keys(bodies) as EventType[]

/** A body of the given type; `given` replaces the made-up fields. */
export function eventBody(type: EventType, scene: Scene, given: Body = {}): Body {
  return { ...bodies[type](scene), ...given }
}
