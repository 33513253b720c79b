import type { z } from 'zod'
import type { Arrival, ArrivalCount } from './arrivals.ts'
import type { chatBody, checkBody } from './control/arrival-routes.ts'
import type {
  admittedSubscriptionsBody,
  channelBody,
  subscriptionBody,
  tokenBody,
} from './control/kick-routes.ts'
import type { happeningBody, orderBody } from './control/webhook-routes.ts'
import type { Channel } from './kick/channels.ts'
import type { Subscription } from './kick/subscriptions.ts'
import type { Delivery } from './kick/webhooks/sender.ts'
import type { MoodSetting } from './moods/switchboard.ts'
import type { MoodName, ServiceName } from './moods/table.ts'
import type { Email } from './resend/inbox.ts'
import type { StoredObject } from './s3/bucket.ts'
import type { Message } from './telegram/chats.ts'
import type { Check, Notice } from './watch/heartbeat.ts'
import type { Notification } from './watch/second-way.ts'
import type { XUser } from './x/followers.ts'

type ChannelBody = z.input<typeof channelBody>
type Stream = { readonly channel: Channel; readonly deliveries: readonly Delivery[] }

/** Which requests a mood meets; without it all of the service, for good. */
export type MoodAim = {
  readonly operation?: string
  readonly times?: number
  readonly seconds?: number
}

export type WorldClient = ReturnType<typeof createWorldClient>

/**
 * Steers a running world by its control API. `url` is the world's own, without `/control`.
 * Every function throws an Error with the world's own words when it is refused.
 */
export function createWorldClient(url: string) {
  async function ask<Result>(method: string, path: string, body?: unknown): Promise<Result> {
    const response = await fetch(`${url}/control${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const answer: Result & { error?: string } = JSON.parse(await response.text())
    if (response.ok) return answer
    throw new Error(`${method} /control${path}: ${answer.error}`)
  }
  const get = <Result>(path: string): Promise<Result> => ask<Result>('GET', path)

  return {
    url,
    moods: () => get<readonly MoodSetting[]>('/moods'),
    setMood: <Service extends ServiceName>(
      service: Service,
      mood: MoodName<Service>,
      aim: MoodAim = {},
    ) => ask<readonly MoodSetting[]>('PUT', `/moods/${service}`, { mood, ...aim }),
    /** Without a service every one of them gets well. */
    clearMoods: (service?: ServiceName) =>
      ask<readonly MoodSetting[]>('DELETE', service === undefined ? '/moods' : `/moods/${service}`),

    requests: (service?: ServiceName) => get<readonly Arrival[]>(`/requests${of(service)}`),
    requestCounts: (service?: ServiceName) =>
      get<readonly ArrivalCount[]>(`/requests/counts${of(service)}`),
    forgetArrivals: () => ask<object>('DELETE', '/arrivals'),

    telegramMessages: (after = 0) => get<readonly Message[]>(`/telegram/messages?after=${after}`),
    putTelegramChat: (id: number, chat: z.input<typeof chatBody>) =>
      ask<unknown>('PUT', `/telegram/chats/${id}`, chat),
    secondWay: (after = 0) => get<readonly Notification[]>(`/second-way?after=${after}`),
    heartbeat: () => get<{ checks: readonly Check[]; notices: readonly Notice[] }>('/heartbeat'),
    putHeartbeatCheck: (id: string, timing: z.input<typeof checkBody>) =>
      ask<readonly Check[]>('PUT', `/heartbeat/${id}`, timing),

    emails: (to?: string) =>
      get<readonly Email[]>(`/emails${to === undefined ? '' : `?to=${encodeURIComponent(to)}`}`),
    objects: (prefix = '') =>
      get<readonly (Omit<StoredObject, 'bytes'> & { base64: string })[]>(
        `/objects?prefix=${encodeURIComponent(prefix)}`,
      ),
    xUsers: () => get<readonly XUser[]>('/x/users'),
    putXUser: (username: string, followers: number) =>
      ask<XUser>('PUT', `/x/users/${username}`, { followers }),

    channels: () => get<readonly (Channel & { live: boolean })[]>('/kick/channels'),
    putChannel: (id: number, change: ChannelBody) =>
      ask<Channel>('PUT', `/kick/channels/${id}`, change),
    goLive: (id: number, change: ChannelBody = {}) =>
      ask<Stream>('POST', `/kick/channels/${id}/live`, change),
    endStream: (id: number) => ask<Stream>('DELETE', `/kick/channels/${id}/live`),
    subscriptions: () => get<readonly Subscription[]>('/kick/subscriptions'),
    dropSubscriptions: (which: z.input<typeof subscriptionBody> = {}) =>
      ask<{ dropped: number }>('DELETE', '/kick/subscriptions', which),
    admitSubscriptions: (which: z.input<typeof admittedSubscriptionsBody>) =>
      ask<readonly Subscription[]>('PUT', '/kick/subscriptions', which),
    setAllowance: (requestsPerMinute?: number) =>
      ask<unknown>('PUT', '/kick/allowance', { requestsPerMinute }),
    admitToken: (token: z.input<typeof tokenBody>) => ask<unknown>('PUT', '/kick/tokens', token),
    revokeTokens: (which: 'access' | 'all' = 'access') =>
      ask<unknown>('DELETE', `/kick/tokens?which=${which}`),

    deliveries: () => get<readonly Delivery[]>('/webhooks'),
    sendWebhook: (order: z.input<typeof orderBody>) =>
      ask<readonly Delivery[]>('POST', '/webhooks', order),
    happen: (event: z.input<typeof happeningBody>) =>
      ask<readonly Delivery[]>('POST', '/webhooks/happen', event),
    setWebhookTarget: (target?: string) => ask<unknown>('PUT', '/webhooks/target', { url: target }),
    rotateKey: () => ask<{ publicKey: string }>('POST', '/webhooks/rotate-key', {}),
  }
}

const of = (service?: ServiceName): string => (service === undefined ? '' : `?service=${service}`)
