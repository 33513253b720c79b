import { z } from 'zod'
import { isLive } from '../kick/channels.ts'
import { eventTypes } from '../kick/webhooks/events.ts'
import type { State } from '../state.ts'
import { type ControlRoute, idIn, withBody } from './route.ts'

export const channelBody = z.strictObject({
  slug: z.string().min(1).max(25).optional(),
  username: z.string().min(1).optional(),
  title: z.string().optional(),
  category: z.strictObject({ id: z.number().int(), name: z.string() }).optional(),
  language: z.string().optional(),
  mature: z.boolean().optional(),
  viewers: z.number().int().nonnegative().optional(),
  hidesViewers: z.boolean().optional(),
  banned: z.boolean().optional(),
})
export const subscriptionBody = z.strictObject({
  broadcasterUserId: z.number().int().positive().optional(),
  event: z.string().optional(),
})
export const admittedSubscriptionsBody = z.strictObject({
  broadcasterUserId: z.number().int().positive(),
  events: z.array(z.enum(eventTypes)).min(1),
})
const allowanceBody = z.strictObject({
  requestsPerMinute: z.number().int().positive().optional(),
})
export const tokenBody = z.strictObject({
  value: z.string().min(1),
  use: z.enum(['access', 'refresh']),
  userId: z.number().int().positive(),
  scope: z.string().default(''),
  seconds: z.number().positive().default(7200),
})

const given = <T extends object>(body: T) =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))

/** Kick's facts: channels, streams, subscriptions, tokens. */
export function kickRoutes({ kick, webhooks, clock }: State): ControlRoute[] {
  const { channels, subscriptions, tokens } = kick
  const status = async (broadcasterUserId: number) => ({
    channel: channels.get(broadcasterUserId),
    deliveries: await webhooks.emit({ type: 'livestream.status.updated', broadcasterUserId }),
  })
  return [
    {
      method: 'GET',
      path: '/kick/channels',
      says: 'every channel',
      answer: () => channels.all().map((one) => ({ ...one, live: isLive(one, clock()) })),
    },
    withBody({
      method: 'PUT',
      path: '/kick/channels/:id',
      says: 'adds a channel or changes it, without an event',
      body: channelBody,
      answer: (body, c) => channels.put(idIn(c), given(body)),
    }),
    withBody({
      method: 'POST',
      path: '/kick/channels/:id/live',
      says: 'starts a stream and tells the subscribers',
      body: channelBody,
      answer: (body, c) => {
        channels.goLive(idIn(c), given(body))
        return status(idIn(c))
      },
    }),
    {
      method: 'DELETE',
      path: '/kick/channels/:id/live',
      says: 'ends the stream and tells the subscribers',
      answer: ({ c }) => {
        channels.endStream(idIn(c))
        return status(idIn(c))
      },
    },
    {
      method: 'GET',
      path: '/kick/subscriptions',
      says: 'the event subscriptions that Kick serves',
      answer: () => subscriptions.matching({}),
    },
    withBody({
      method: 'DELETE',
      path: '/kick/subscriptions',
      says: 'drops subscriptions: of one broadcaster, of one event, or all',
      body: subscriptionBody,
      answer: (body) => ({ dropped: subscriptions.drop(body) }),
    }),
    withBody({
      method: 'PUT',
      path: '/kick/subscriptions',
      says: 'makes Kick know subscriptions that were made in an earlier life',
      body: admittedSubscriptionsBody,
      answer: ({ broadcasterUserId, events }) =>
        events.map((event) => subscriptions.add({ broadcasterUserId, event, version: 1 })),
    }),
    withBody({
      method: 'PUT',
      path: '/kick/allowance',
      says: 'limits the requests a minute; without a number there is no limit',
      body: allowanceBody,
      answer: (body) =>
        Object.assign(kick.allowance, { requestsPerMinute: body.requestsPerMinute }),
    }),
    withBody({
      method: 'PUT',
      path: '/kick/tokens',
      says: 'makes Kick know a user token that it issued in an earlier life',
      body: tokenBody,
      answer: ({ seconds, ...token }) => {
        tokens.admit({ kind: 'user', ...token, expiresAt: clock() + seconds * 1000 })
        return { tokens: tokens.count() }
      },
    }),
    {
      method: 'DELETE',
      path: '/kick/tokens',
      says: 'ends every access token before its time; ?which=all ends refresh tokens too',
      answer: ({ c }) => {
        tokens.revokeEvery(c.req.query('which') === 'all' ? 'all' : 'access')
        return { tokens: tokens.count() }
      },
    },
  ]
}
