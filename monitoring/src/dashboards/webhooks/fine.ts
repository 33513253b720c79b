import { catalogue } from '@verifluence/api/catalogue'
import { webhookGroup } from '../../alerts/webhooks.ts'
import { limits } from '../../limits.ts'
import { series } from '../../promql/series.ts'
import { firingCount, inEnv, perSecond, quantile } from '../query.ts'
import type { RowSpec } from '../spec.ts'
import { answered, gauge, silence } from './series.ts'

export const fine: RowSpec = {
  title: 'Is it fine?',
  panels: [
    {
      key: 'alerts',
      title: 'Alerts of the webhooks',
      description: 'Alerts about receiving and processing that fire now.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      mayBeEmpty: 'no such alert fires',
      queries: [
        { expr: firingCount(webhookGroup.alerts.map(({ name }) => name)), legend: 'firing' },
      ],
    },
    {
      key: 'accepted-rate',
      title: 'Accepted a second',
      description: 'Deliveries that were verified and stored.',
      kind: 'stat',
      unit: 'reqps',
      width: 4,
      queries: [
        {
          expr: `sum(${perSecond(series(catalogue.webhookReceived, inEnv({ result: 'ok' })))})`,
          legend: 'accepted',
        },
      ],
    },
    {
      key: 'silence-now',
      title: 'Since the last delivery',
      description: 'Only worrying while somebody streams: at night it grows by itself.',
      kind: 'stat',
      unit: 's',
      width: 4,
      queries: [{ expr: `min(${silence})`, legend: 'silence' }],
    },
    {
      key: 'backlog-now',
      title: 'Waiting to be processed',
      description: 'Acknowledged deliveries that are not processed yet.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [{ expr: gauge(catalogue.webhookBacklog), legend: '{{source}}' }],
    },
    {
      key: 'parked-now',
      title: 'Given up',
      description: 'Deliveries that failed on every retry and wait for a person.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      limit: 1,
      alert: 'WebhookProcessingFailing',
      queries: [{ expr: gauge(catalogue.webhookParked), legend: '{{source}}' }],
    },
    {
      key: 'slowest',
      title: 'Slowest 1 % of answers',
      description: 'Kick hangs up after about one second.',
      kind: 'stat',
      unit: 's',
      width: 4,
      limit: limits.acknowledge.slowerThan,
      queries: [{ expr: quantile(0.99, [], answered), legend: 'p99' }],
    },
  ],
}
