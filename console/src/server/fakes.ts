import type { ChatMessage, InjectedFault, Notification } from './state.ts'
import { request } from './upstream.ts'

export type Fakes = ReturnType<typeof createFakes>

/**
 * Asks the fake external services what arrived there. `url` is their own, without `/control`.
 * Every function throws an UpstreamError.
 */
export function createFakes(url: string) {
  const get = (path: string) => request('The fake external services', `${url}/control${path}`)
  return {
    url,
    messages: async (after: number): Promise<ChatMessage[]> =>
      (await get(`/telegram/messages?after=${after}`)) as ChatMessage[],
    injected: async (): Promise<InjectedFault[]> =>
      ((await get('/faults')) as { service: string; fault: string }[]).map(
        ({ service, fault }) => ({
          service,
          name: fault,
        }),
      ),
    /** Every notification by whichever channel, given the messages that are known already. */
    notifications: async (messages: readonly ChatMessage[]): Promise<Notification[]> => {
      const [fallback, { changes }] = await Promise.all([
        get('/fallback') as Promise<{ at: number; payload: FallbackPayload }[]>,
        get('/heartbeat') as Promise<{ changes: { at: number; status: string }[] }>,
      ])
      return [
        ...messages.map(telegramNotification),
        ...fallback.map(({ at, payload }) => ({
          at,
          channel: 'fallback' as const,
          alert: payload.groupLabels?.alertname ?? '',
          resolved: payload.status === 'resolved',
        })),
        ...changes.map(({ at, status }) => ({
          at,
          channel: 'heartbeat' as const,
          alert: 'Watchdog',
          resolved: status === 'up',
        })),
      ]
    },
  }
}

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
interface FallbackPayload {
  readonly status?: string
  readonly groupLabels?: { readonly alertname?: string }
}

/** The first line names the alert, and says `resolved` when nothing in the message fires any more. */
export function telegramNotification({ at, text }: Pick<ChatMessage, 'at' | 'text'>): Notification {
  const [, alert = '', resolved] = /^\P{L}*(\w+)( resolved)?/u.exec(text) ?? []
  return { at, channel: 'telegram', alert, resolved: resolved !== undefined }
}
