import type { Clock } from '../../clock.ts'
import type { Answer } from '../../http/answer.ts'
import type { Call } from '../../http/service.ts'
import { type Channel, isLive, startTime } from '../channels.ts'
import type { Kick } from '../kick.ts'
import { badRequest, ok, readIds } from './request.ts'

/** GET /public/v1/livestreams: the older listing, by broadcaster or of everybody. */
export function listLivestreams(kick: Kick, clock: Clock) {
  return ({ c, variant, seconds }: Call): Answer => {
    const ids = readIds(c.req.queries('broadcaster_user_id') ?? [])
    const limit = Number(c.req.query('limit') ?? 25)
    if (ids === undefined || ids.length > 50) return badRequest('invalid broadcaster_user_id')
    if (!(limit >= 1 && limit <= 100)) return badRequest('invalid limit')
    const live = liveChannels(kick, clock() - delay(variant, seconds))
      .filter(({ broadcasterUserId }) => ids.length === 0 || ids.includes(broadcasterUserId))
      .slice(0, limit)
    return ok(live.map((channel) => describeOlder(channel, variant)))
  }
}

/** GET /public/v1/users/livestreams: the current listing, by up to 100 users. */
export function listUsersLivestreams(kick: Kick, clock: Clock) {
  return ({ c, variant, seconds }: Call): Answer => {
    const ids = readIds(c.req.queries('user_id') ?? [])
    if (ids === undefined || ids.length === 0 || ids.length > 100) {
      return badRequest('invalid user_id')
    }
    const live = liveChannels(kick, clock() - delay(variant, seconds)).filter(
      ({ broadcasterUserId }) => ids.includes(broadcasterUserId),
    )
    return ok(live.map((channel) => describeNewer(channel, variant)))
  }
}

const delay = (variant: string | undefined, seconds: number): number =>
  variant === 'delayed-list' ? seconds * 1000 : 0

const liveChannels = (kick: Kick, at: number): Channel[] =>
  kick.channels.all().filter((channel) => !channel.banned && isLive(channel, at))

const shared = (channel: Channel, variant: string | undefined) => ({
  started_at: startTime(channel),
  viewer_count: channel.hidesViewers || variant === 'viewers-hidden' ? 0 : channel.viewers,
  has_mature_content: channel.mature,
  thumbnail: `https://images.kick.test/${channel.slug}.webp`,
  category: { ...channel.category, thumbnail: '' },
})

const describeOlder = (channel: Channel, variant: string | undefined) => ({
  ...shared(channel, variant),
  broadcaster_user_id: channel.broadcasterUserId,
  channel_id: channel.broadcasterUserId + 100_000,
  slug: channel.slug,
  stream_title: channel.title,
  language: channel.language,
  profile_picture: '',
  custom_tags: [],
})

const describeNewer = (channel: Channel, variant: string | undefined) => ({
  ...shared(channel, variant),
  id: `00000000-0000-4000-8000-${String(channel.broadcasterUserId).padStart(12, '0')}`,
  title: channel.title,
  language_code: channel.language,
  tags: [],
  broadcaster_user: {
    id: channel.broadcasterUserId,
    username: channel.username,
    profile_picture: '',
  },
  channel: { slug: channel.slug },
})
