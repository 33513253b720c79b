import { activeEvents } from '../../grafana/query.ts'
import type { RowSpec } from '../../grafana/spec.ts'
import { matching, not, select } from '../../promql/series.ts'

export const delivery: RowSpec = {
  title: 'Notifications',
  panels: [
    {
      key: 'firing',
      title: 'Alerts that fire',
      description:
        'Of all environments and both processes, according to Prometheus. Watchdog, which always fires, is left out.',
      kind: 'lines',
      unit: 'none',
      width: 12,
      mayBeEmpty: 'no alert fires',
      queries: [
        {
          expr: `count by (alertname, severity) (${select('ALERTS', { alertstate: 'firing', alertname: not('Watchdog') })})`,
          legend: '{{alertname}} ({{severity}})',
        },
      ],
    },
    {
      key: 'notifications',
      title: 'Notifications by channel',
      description:
        'Notifications that Alertmanager sent, by channel, and those it gave up, which reached no one.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      interval: '5m',
      alert: 'NotificationsFailing',
      mayBeEmpty: 'no notification was sent',
      queries: [
        {
          expr: activeEvents(
            ['integration'],
            select('alertmanager_notifications_total', {
              integration: matching('telegram|webhook'),
            }),
          ),
          legend: 'begun {{integration}}',
        },
        {
          expr: activeEvents(
            ['integration'],
            select('alertmanager_notifications_failed_total', {
              integration: matching('telegram|webhook'),
            }),
          ),
          legend: 'given up {{integration}}',
        },
      ],
    },
  ],
}
