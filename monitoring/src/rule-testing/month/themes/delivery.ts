import type { Life } from '../life/life.ts'
import type { Theme } from '../theme.ts'
import { HOUR, MINUTE, TICK, TICKS } from '../time.ts'
import type { Track } from '../track.ts'

const INTEGRATIONS = ['telegram', 'webhook'] as const
type Integration = (typeof INTEGRATIONS)[number]

/** What Alertmanager did between two scrapes. */
interface Deed {
  readonly begun: number
  readonly asked: number
  readonly refused: number
  readonly givenUp: number
}
const nothing: Deed = { begun: 0, asked: 0, refused: 0, givenUp: 0 }
const delivered: Deed = { ...nothing, begun: 1, asked: 1 }

function deed({ fails }: Life, integration: Integration, second: number): Deed {
  // The heartbeat goes out every minute.
  if (integration === 'webhook') return second % MINUTE === 0 ? delivered : nothing
  if (fails('telegram-refuses', second)) {
    return second % MINUTE === 0
      ? { ...nothing, begun: 1, asked: 4, refused: 4 }
      : { ...nothing, asked: 1, refused: 1, givenUp: 1 }
  }
  // It waits for an answer to the first message, and nothing else is sent.
  if (fails('telegram-hangs', second)) {
    return fails('telegram-hangs', second - TICK) ? nothing : { ...nothing, begun: 1 }
  }
  if (fails('telegram-hangs', second - TICK))
    return { ...nothing, asked: 1, refused: 1, givenUp: 1 }
  // A message every few hours, some of which take a second try.
  if (second % (3 * HOUR) !== 0) return nothing
  return second % (9 * HOUR) === 0 ? { ...delivered, asked: 2, refused: 1 } : delivered
}

const counts = {
  alertmanager_notifications_total: 'begun',
  alertmanager_notification_requests_total: 'asked',
  alertmanager_notification_requests_failed_total: 'refused',
  alertmanager_notifications_failed_total: 'givenUp',
} as const satisfies Record<string, keyof Deed>

const counted = (life: Life): Track[] =>
  INTEGRATIONS.flatMap((integration) =>
    Object.entries(counts).map(([name, what]) => {
      let total = 0
      const values = Float64Array.from({ length: TICKS }, (_, tick) => {
        total += deed(life, integration, tick * TICK)[what]
        return total
      })
      const labels = { job: 'k8s-alertmanager', instance: 'alertmanager-0:9093', integration }
      return { name, labels, values }
    }),
  )

const failing = { alert: 'NotificationsFailing', within: 10 * MINUTE, lasts: 20 * MINUTE } as const

/** The way out. */
export const deliveryTheme: Theme = {
  name: 'delivery',
  alerts: ['NotificationsFailing'],
  tracks: counted,
  failures: [
    { ...failing, name: 'telegram-refuses', failure: 'F22' },
    { ...failing, name: 'telegram-hangs', failure: 'F22' },
  ],
}
