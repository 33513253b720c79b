import { catalogue } from '@verifluence/api/catalogue'
import {
  activeEvents,
  activePerMinute,
  firingCount,
  inEnv,
  maxBy,
  perSecond,
  quantile,
} from '../../grafana/query.ts'
import type { DashboardSpec, RowSpec } from '../../grafana/spec.ts'
import { buckets, matching, observations, series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import { ANSWERED, limits, REJECTED, webhookGroup } from './alerts.ts'

const received = (matchers = {}) =>
  series(catalogue.webhookReceived, inEnv({ event_type: matching('$event_type'), ...matchers }))

const processed = (matchers = {}) =>
  series(catalogue.webhookProcessed, inEnv({ event_type: matching('$event_type'), ...matchers }))

const gauge = (definition: Parameters<typeof series>[0]) =>
  maxBy(['source'], series(definition, inEnv()))

const answered = buckets(catalogue.webhookReceiveDuration, inEnv({ result: ANSWERED }))

const silence = `time() - ${gauge(catalogue.webhookLastReceived)}`

const fine: RowSpec = {
  title: 'Deliveries, backlog and answers',
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
      title: 'Accepted a minute',
      description: 'Deliveries that were verified and stored.',
      kind: 'stat',
      unit: 'cpm',
      width: 4,
      queries: [
        {
          expr: `60 * sum(${perSecond(series(catalogue.webhookReceived, inEnv({ result: 'ok' })))})`,
          legend: 'accepted',
        },
      ],
    },
    {
      key: 'silence-now',
      title: 'Silence now',
      description:
        'Time since the last delivery. Matters only while a stream is live: at night it grows.',
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
      title: 'Given up now',
      description: 'Deliveries that failed in every retry. They need a person.',
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
      description: 'Kick gives up after about one second.',
      kind: 'stat',
      unit: 's',
      width: 4,
      limit: limits.acknowledge.slowerThan,
      queries: [{ expr: quantile(0.99, [], answered), legend: 'p99' }],
    },
  ],
}

const receiving: RowSpec = {
  title: 'Receiving',
  panels: [
    {
      key: 'received',
      title: 'Deliveries by answer',
      description:
        'The answers of the receiver. `duplicate`: Kick delivered twice. `bad_method`: a scanner.',
      kind: 'stacked',
      unit: 'cpm',
      width: 12,
      mayBeEmpty: 'nothing was delivered',
      queries: [{ expr: activePerMinute(['result'], received()), legend: '{{result}}' }],
    },
    {
      key: 'event-types',
      title: 'Accepted deliveries by type',
      description: 'A type that stops while others continue is a subscription that Kick dropped.',
      kind: 'stacked',
      unit: 'cpm',
      width: 12,
      mayBeEmpty: 'nothing was accepted',
      queries: [
        {
          expr: activePerMinute(['event_type'], received({ result: 'ok' })),
          legend: '{{event_type}}',
        },
      ],
    },
    {
      key: 'rejections',
      title: 'Rejected deliveries',
      description: `In ${limits.rejected.window / 60} minutes, by reason. All deliveries: Kick’s key changed. A few: forged ones.`,
      kind: 'lines',
      unit: 'short',
      width: 6,
      limit: limits.rejected.atMost,
      alert: 'WebhookRejected',
      mayBeEmpty: 'nothing was rejected',
      queries: [
        {
          expr: activeEvents(
            ['result'],
            received({ result: REJECTED }),
            duration(limits.rejected.window),
          ),
          legend: '{{result}}',
        },
      ],
    },
    {
      key: 'acknowledge',
      title: 'Time to acknowledge',
      description: '50 %, 95 % and 99 % are faster. Near one second, deliveries are lost.',
      kind: 'lines',
      unit: 's',
      width: 6,
      limit: limits.acknowledge.slowerThan,
      alert: 'WebhookAckSlow',
      queries: [0.5, 0.95, 0.99].map((share) => ({
        expr: quantile(share, [], answered),
        legend: `p${share * 100}`,
      })),
    },
    {
      key: 'silence',
      title: 'Since the last delivery',
      description: 'If it grows while streams are live, events are being lost.',
      kind: 'lines',
      unit: 's',
      width: 6,
      limit: limits.webhookSilence.after,
      alert: 'WebhooksSilent',
      queries: [{ expr: silence, legend: '{{source}}' }],
    },
    {
      key: 'live-streams',
      title: 'Live streams, which cause deliveries',
      description: 'While none is live, silence is no fault.',
      kind: 'lines',
      unit: 'none',
      width: 6,
      queries: [{ expr: `max(${series(catalogue.liveStreams, inEnv())})`, legend: 'live' }],
    },
  ],
}

const processing: RowSpec = {
  title: 'Processing',
  panels: [
    {
      key: 'processed',
      title: 'Attempts by result',
      description: 'Attempts to process a stored delivery. An error is retried.',
      kind: 'stacked',
      unit: 'cpm',
      width: 8,
      mayBeEmpty: 'nothing was processed',
      queries: [{ expr: activePerMinute(['result'], processed()), legend: '{{result}}' }],
    },
    {
      key: 'failing-types',
      title: 'Failed attempts by type',
      description: 'Which events fail. The log line of an attempt carries the message id.',
      kind: 'stacked',
      unit: 'short',
      width: 8,
      interval: '5m',
      mayBeEmpty: 'no attempt failed',
      queries: [
        {
          expr: activeEvents(['event_type'], processed({ result: 'error' })),
          legend: '{{event_type}}',
        },
      ],
    },
    {
      key: 'process-duration',
      title: 'Time of an attempt',
      description: 'Mean and 95th percentile. Slow attempts make the backlog grow.',
      kind: 'lines',
      unit: 's',
      width: 8,
      mayBeEmpty: 'nothing was processed lately',
      queries: [
        {
          expr: quantile(0.95, [], buckets(catalogue.webhookProcessDuration, inEnv())),
          legend: 'p95',
        },
        {
          expr:
            `sum(${perSecond(`${catalogue.webhookProcessDuration.name}_sum{env=~"$env"}`)}) / ` +
            `sum(${perSecond(observations(catalogue.webhookProcessDuration, inEnv()))})`,
          legend: 'mean',
        },
      ],
    },
    {
      key: 'backlog',
      title: 'Backlog',
      description: 'Acknowledged deliveries that are not processed yet.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      queries: [{ expr: gauge(catalogue.webhookBacklog), legend: '{{source}}' }],
    },
    {
      key: 'oldest-unprocessed',
      title: 'Age of the oldest in the backlog',
      description: 'Empty while the inbox is empty.',
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: limits.backlog.after,
      alert: 'WebhookBacklog',
      mayBeEmpty: 'the inbox is empty',
      queries: [
        { expr: `time() - ${gauge(catalogue.webhookOldestUnprocessed)}`, legend: '{{source}}' },
      ],
    },
    {
      key: 'parked',
      title: 'Given up',
      description:
        'Deliveries that failed in every retry. They are not lost: process them again once the cause is fixed.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      limit: 1,
      alert: 'WebhookProcessingFailing',
      queries: [{ expr: gauge(catalogue.webhookParked), legend: '{{source}}' }],
    },
  ],
}

export const webhooksDashboard: DashboardSpec = {
  uid: 'vf-webhooks',
  description: 'Kick webhooks, from the delivery to the stored effect.',
  variables: [
    { name: 'event_type', label: 'Event', of: `${catalogue.webhookReceived.name}{env=~"$env"}` },
  ],
  rows: [fine, receiving, processing],
}
