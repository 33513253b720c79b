import type { Clock } from '../../clock.ts'
import type { Answer } from '../../http/answer.ts'
import type { Call } from '../../http/service.ts'
import { type Channel, isLive, startTime } from '../channels.ts'
import type { Kick } from '../kick.ts'
import type { Token } from '../tokens.ts'
import { badRequest, ok, readIds } from './request.ts'

const batchLimit = 50
const slugLength = 25

/** GET /public/v1/channels: up to 50 channels by id or by slug. */
export function listChannels(kick: Kick, clock: Clock) {
  return ({ c, variant, seconds }: Call, token: Token): Answer => {
    const asked = c.req.queries('broadcaster_user_id') ?? []
    const slugs = c.req.queries('slug') ?? []
    if (asked.length > 0 && slugs.length > 0) {
      return badRequest('broadcaster_user_id and slug cannot be used together')
    }
    const ids = asked.length + slugs.length > 0 ? readIds(asked) : [token.userId]
    if (ids === undefined) return badRequest('invalid broadcaster_user_id')
    if (ids.length + slugs.length > batchLimit) return badRequest('too many channels requested')
    if (slugs.some((slug) => slug.length > slugLength)) return badRequest('slug is too long')
    if (slugs.length === 0 && ids.includes(undefined)) {
      return badRequest('broadcaster_user_id is required for app tokens')
    }
    const found = [
      ...ids.map((id) => (id === undefined ? undefined : kick.channels.get(id))),
      ...slugs.map((slug) => kick.channels.bySlug(slug)),
    ]
    if (variant === 'unknown-slug-refused' && slugs.length > 0 && found.includes(undefined)) {
      return badRequest('invalid slug')
    }
    const at = clock() - (variant === 'delayed-list' ? seconds * 1000 : 0)
    const shown = found.flatMap((channel) =>
      channel === undefined || channel.banned ? [] : [channel],
    )
    return ok(
      shown.map((channel, index) =>
        describe(channel, at, {
          variant,
          offline: variant === 'half-offline' && index % 2 === 1,
        }),
      ),
    )
  }
}

type View = { readonly variant: string | undefined; readonly offline: boolean }

function describe(channel: Channel, at: number, { variant, offline }: View) {
  const live = isLive(channel, at) && !offline
  const thumbnail = live ? `https://images.kick.test/${channel.slug}.webp` : ''
  const hidden = channel.hidesViewers || variant === 'viewers-hidden'
  return {
    broadcaster_user_id: channel.broadcasterUserId,
    slug: channel.slug,
    channel_description: '',
    banner_picture: '',
    stream_title: channel.title,
    category: variant === 'null-stream' ? null : { ...channel.category, thumbnail: '' },
    active_subscribers_count: 0,
    active_gifted_subscribers_count: 0,
    canceled_subscribers_count: 0,
    stream:
      variant === 'null-stream'
        ? null
        : {
            is_live: live,
            is_mature: live && channel.mature,
            viewer_count: live && !hidden ? channel.viewers : 0,
            language: live ? channel.language : '',
            start_time: live ? startTime(channel) : '0001-01-01T00:00:00Z',
            thumbnail,
            custom_tags: [],
            key: '',
            url: '',
          },
  }
}
