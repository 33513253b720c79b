import { MONITORING_NAMESPACE, mountedAt, secrets } from '../places.ts'
import {
  bySeverity,
  CHART_ALERTS_SENT,
  CHART_ORIGIN,
  FALLBACK,
  HEARTBEAT,
  NULL,
  VOLUME_ALERTS,
} from './channels.ts'
import { heartbeat } from './heartbeat.ts'

/**
 * The chat that gets the messages. Not a secret: without the bot's token it is of no use.
 */
const CHAT_ID = -1001234567890

const telegram = (settings: { readonly silent: boolean }) => ({
  send_resolved: true,
  bot_token_file: mountedAt(secrets.telegram),
  chat_id: CHAT_ID,
  parse_mode: 'HTML',
  message: '{{ template "telegram.message" . }}',
  disable_notifications: settings.silent,
})

const receivers = [
  { name: NULL },
  { name: bySeverity('critical'), telegram_configs: [telegram({ silent: false })] },
  { name: bySeverity('warning'), telegram_configs: [telegram({ silent: true })] },
  {
    name: HEARTBEAT,
    webhook_configs: [{ url_file: mountedAt(secrets.heartbeat), send_resolved: false }],
  },
  {
    name: FALLBACK,
    webhook_configs: [{ url_file: mountedAt(secrets.fallback), send_resolved: true }],
  },
]

/**
 * By severity, as the overview has it. The alerts that the chart brings along are kept out of
 * Telegram, but for those about the monitoring itself, and stay visible in Grafana. The default keeps
 * out whatever has no severity.
 */
const routes = [
  {
    matchers: [
      `origin = "${CHART_ORIGIN.origin}"`,
      `alertname =~ "${CHART_ALERTS_SENT.join('|')}"`,
    ],
    receiver: bySeverity('warning'),
    repeat_interval: '24h',
  },
  {
    matchers: [
      `origin = "${CHART_ORIGIN.origin}"`,
      `alertname =~ "${VOLUME_ALERTS.join('|')}"`,
      `namespace = "${MONITORING_NAMESPACE}"`,
    ],
    receiver: bySeverity('warning'),
    repeat_interval: '24h',
  },
  { matchers: [`origin = "${CHART_ORIGIN.origin}"`], receiver: NULL },
  {
    matchers: ['alertname = "Watchdog"'],
    receiver: HEARTBEAT,
    // One ping a minute, each from a new evaluation; none is repeated.
    group_by: ['alertname', heartbeat.label],
    group_wait: '0s',
    group_interval: '30s',
    // Shorter than the hour after which a minute comes back, longer than Alertmanager keeps it.
    repeat_interval: '30m',
  },
  // What reports that Telegram fails cannot rely on Telegram; it still tries that as well.
  { matchers: ['alertname = "NotificationsFailing"'], receiver: FALLBACK, continue: true },
  { matchers: ['severity = "critical"'], receiver: bySeverity('critical'), repeat_interval: '4h' },
  { matchers: ['severity = "warning"'], receiver: bySeverity('warning'), repeat_interval: '24h' },
]

/** Alertmanager's configuration, as the chart's value `alertmanager.config`. */
export const alertmanagerConfig = {
  global: { resolve_timeout: '5m' },
  route: {
    receiver: NULL,
    // One cause is one message: all jobs, tables or targets of an alert arrive together.
    group_by: ['env', 'alertname'],
    group_wait: '30s',
    // Only a change sends, so a short interval reports a recovery soon and never repeats.
    group_interval: '1m',
    repeat_interval: '12h',
    routes,
  },
  receivers,
  // None: a rule that another alert explains does not begin (components/incident.ts). Alertmanager would also
  // swallow the resolved message of an alert that was sent before its cause appeared.
  inhibit_rules: [],
  templates: ['/etc/alertmanager/config/*.tmpl'],
}
