import type { FakesClient } from '@verifluence/fakes'
import { z } from 'zod'
import type { Channel } from './drill.ts'

/** A notification as it arrived. */
export interface Notification {
  readonly at: Date
  readonly channel: Channel
  readonly alert: string
  readonly isResolved: boolean
  readonly text: string
}

/** All notifications sent so far, by channel. */
export async function allNotifications(fakes: FakesClient): Promise<readonly Notification[]> {
  const [messages, notifications, { changes }] = await Promise.all([
    fakes.telegramMessages(),
    fakes.fallback(),
    fakes.heartbeat(),
  ])
  return [
    ...messages.map(({ at, text }) => fromTelegram(new Date(at), text)),
    ...notifications.map(({ at, payload }) => fromFallback(new Date(at), payload)),
    ...changes.map(({ at, id, status }) => ({
      at: new Date(at),
      channel: 'heartbeat' as const,
      alert: 'Watchdog',
      isResolved: status === 'up',
      text: `heartbeat "${id}" is ${status}`,
    })),
  ]
}

/** The first line names the alert, and says `resolved` when nothing in the message fires any more. */
function fromTelegram(at: Date, text: string): Notification {
  const [, alert = '', over] = /^\P{L}*(\w+)( resolved)?/u.exec(text) ?? []
  return { at, channel: 'telegram', alert, isResolved: over !== undefined, text }
}

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const payloadSchema = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  groupLabels: z.looseObject({ alertname: z.string() }),
  alerts: z.array(z.looseObject({ annotations: z.looseObject({ summary: z.string() }) })),
})

function fromFallback(at: Date, payload: unknown): Notification {
  const { status, groupLabels, alerts } = payloadSchema.parse(payload)
  return {
    at,
    channel: 'fallback',
    alert: groupLabels.alertname,
    isResolved: status === 'resolved',
    text: alerts.map(({ annotations }) => annotations.summary).join('\n'),
  }
}
