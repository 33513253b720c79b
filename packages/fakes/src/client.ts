import type { z } from 'zod'
import type {
  admittedSubscriptionsBody,
  channelBody,
  subscriptionBody,
  tokenBody,
} from './control/kick-routes.ts'
import type { chatBody, checkBody } from './control/record-routes.ts'
import type { deliveryBody, emitBody } from './control/webhook-routes.ts'
import type { Notification } from './fallback.ts'
import type { FaultName, FaultSetting, ServiceName } from './faults/registry.ts'
import type { Check, StatusChange } from './heartbeat.ts'
import type { Channel } from './kick/channels.ts'
import type { Subscription } from './kick/subscriptions.ts'
import type { Delivery } from './kick/webhooks/sender.ts'
import type { LoggedRequest, RequestCount } from './request-log.ts'
import type { Email } from './resend/resend.ts'
import type { StoredObject } from './s3/s3.ts'
import type { Message } from './telegram/chats.ts'
import type { XUser } from './x/x.ts'

type ChannelBody = z.input<typeof channelBody>
type Stream = { readonly channel: Channel; readonly deliveries: readonly Delivery[] }

/** Which requests a fault meets; without it all of the service, for good. */
export type FaultScope = {
  readonly operation?: string
  readonly times?: number
  readonly seconds?: number
}

export type FakesClient = ReturnType<typeof createFakesClient>

/**
 * Steers a running state by its control API. `url` is the state's own, without `/control`.
 * Every function throws an Error with the state's own words when it is refused.
 */
export function createFakesClient(url: string) {
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
    faults: () => get<readonly FaultSetting[]>('/faults'),
    injectFault: <Service extends ServiceName>(
      service: Service,
      fault: FaultName<Service>,
      aim: FaultScope = {},
    ) => ask<readonly FaultSetting[]>('PUT', `/faults/${service}`, { fault, ...aim }),
    /** Without a service every one of them gets well. */
    clearFaults: (service?: ServiceName) =>
      ask<readonly FaultSetting[]>(
        'DELETE',
        service === undefined ? '/faults' : `/faults/${service}`,
      ),

    requests: (service?: ServiceName) => get<readonly LoggedRequest[]>(`/requests${of(service)}`),
    requestCounts: (service?: ServiceName) =>
      get<readonly RequestCount[]>(`/requests/counts${of(service)}`),
    forgetRequests: () => ask<object>('DELETE', '/requestLog'),

    telegramMessages: (after = 0) => get<readonly Message[]>(`/telegram/messages?after=${after}`),
    putTelegramChat: (id: number, chat: z.input<typeof chatBody>) =>
      ask<unknown>('PUT', `/telegram/chats/${id}`, chat),
    fallback: (after = 0) => get<readonly Notification[]>(`/fallback?after=${after}`),
    heartbeat: () =>
      get<{ checks: readonly Check[]; changes: readonly StatusChange[] }>('/heartbeat'),
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
    sendWebhook: (order: z.input<typeof deliveryBody>) =>
      ask<readonly Delivery[]>('POST', '/webhooks', order),
    emit: (event: z.input<typeof emitBody>) =>
      ask<readonly Delivery[]>('POST', '/webhooks/emit', event),
    setWebhookTarget: (target?: string) => ask<unknown>('PUT', '/webhooks/target', { url: target }),
    rotateKey: () => ask<{ publicKey: string }>('POST', '/webhooks/rotate-key', {}),
  }
}

const of = (service?: ServiceName): string => (service === undefined ? '' : `?service=${service}`)
