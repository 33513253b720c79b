import { heartbeat } from '../../alertmanager/heartbeat.ts'
import { increase } from '../../promql/patterns.ts'
import { anyOf, select } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import { type Incident, steady } from '../incident.ts'

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /** Given-up notifications within the window. Each took a minute of retries; one may be a blip. */
  notification: { atMost: 1, window: 5 * MINUTE, for: 3 * MINUTE },
} as const

const { notification } = limits

const by = (name: string, integration: Parameters<typeof select>[1]) =>
  `sum by (instance, integration) (${select(name, integration)})`

const refused = `sum by (instance, integration) (\n  ${increase(
  select('alertmanager_notifications_failed_total', {
    integration: anyOf(['telegram', 'webhook']),
  }),
  notification.window,
)}\n)`

/**
 * Begun, neither delivered nor given up. Alertmanager waits for Telegram without a limit and logs
 * nothing; what it counts only afterwards is the only trace of a request that hangs.
 */
const telegram = { integration: 'telegram' }
const hanging =
  `${by('alertmanager_notifications_total', telegram)}\n` +
  `- (${by('alertmanager_notification_requests_total', telegram)} - ${by('alertmanager_notification_requests_failed_total', telegram)})\n` +
  `- ${by('alertmanager_notifications_failed_total', telegram)} > 0`

const incident: Incident = { alert: 'NotificationsFailing', by: ['instance', 'integration'] }

const notificationsFailing: Alert = {
  name: incident.alert,
  failure: 'F22',
  expr: steady(incident, {
    begins: `${refused} > ${notification.atMost + 0.5}\nor\n${hanging}`,
    goesOn: [`${refused} > 0`],
    value: refused,
  }),
  for: notification.for,
  limit: `more than ${notification.atMost} given up in ${duration(notification.window)}, or one that hangs`,
  severity: 'critical',
  summary: 'Alertmanager cannot deliver through {{ $labels.integration }}',
  description:
    'Alerts may be firing that no one has seen: open Alertmanager itself now, then read its log. Most likely the ' +
    'token was revoked, the chat is gone, Telegram limits the rate, or the connection hangs.',
  panel: 'vf-worker/notifications',
}

/**
 * Fires always. It is sent to a heartbeat service outside, which misses it when anything here dies.
 *
 * Each minute it is another alert. Alertmanager keeps one that Prometheus no longer repeats for up to
 * four minutes more, and would go on sending signs of life that a dead Prometheus gave.
 */
const watchdog: Alert = {
  name: 'Watchdog',
  failure: 'F23–F25',
  expr: 'minute()',
  for: 0,
  limit: 'fires always',
  severity: 'none',
  labels: { [heartbeat.label]: '{{ $value }}' },
  summary: 'Prometheus evaluates rules and Alertmanager delivers',
  description:
    'A sign of life, never a message in Telegram. The heartbeat service outside raises the alarm ' +
    'when it stays away.',
  panel: 'vf-worker/notifications',
}

export const deliveryGroup: AlertGroup = {
  name: 'delivery',
  alerts: [notificationsFailing, watchdog],
}
