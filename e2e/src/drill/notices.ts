import type { FakesClient } from '@verifluence/fakes'
import { z } from 'zod'
import type { Way } from './drill.ts'

/** Something a person was told. */
export interface Notice {
  readonly at: Date
  readonly way: Way
  readonly alert: string
  readonly isOver: boolean
  readonly text: string
}

/** Everything a site has told anybody so far, by each way out. */
export async function allNotices(fakes: FakesClient): Promise<readonly Notice[]> {
  const [messages, notifications, { changes }] = await Promise.all([
    fakes.telegramMessages(),
    fakes.fallback(),
    fakes.heartbeat(),
  ])
  return [
    ...messages.map(({ at, text }) => telegramNotice(new Date(at), text)),
    ...notifications.map(({ at, payload }) => fallbackNotice(new Date(at), payload)),
    ...changes.map(({ at, id, status }) => ({
      at: new Date(at),
      way: 'outside' as const,
      alert: 'Watchdog',
      isOver: status === 'up',
      text: `heartbeat "${id}" is ${status}`,
    })),
  ]
}

/** The first line names the alert, and says `resolved` when nothing in the message fires any more. */
function telegramNotice(at: Date, text: string): Notice {
  const [, alert = '', over] = /^\P{L}*(\w+)( resolved)?/u.exec(text) ?? []
  return { at, way: 'telegram', alert, isOver: over !== undefined, text }
}

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
const payloadSchema = z.looseObject({
  status: z.enum(['firing', 'resolved']),
  groupLabels: z.looseObject({ alertname: z.string() }),
  alerts: z.array(z.looseObject({ annotations: z.looseObject({ summary: z.string() }) })),
})

function fallbackNotice(at: Date, payload: unknown): Notice {
  const { status, groupLabels, alerts } = payloadSchema.parse(payload)
  return {
    at,
    way: 'fallback',
    alert: groupLabels.alertname,
    isOver: status === 'resolved',
    text: alerts.map(({ annotations }) => annotations.summary).join('\n'),
  }
}
