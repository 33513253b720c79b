import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { buckets, observations } from '../../promql/series.ts'
import { grown, inEnv, perSecond, quantile, sumBy } from '../query.ts'
import type { RowSpec } from '../spec.ts'
import { gauge, processed } from './series.ts'

export const processing: RowSpec = {
  title: 'Processing',
  panels: [
    {
      key: 'processed',
      title: 'Attempts by result',
      description: 'Each attempt to process a stored delivery; an error is tried again.',
      kind: 'stacked',
      unit: 'reqps',
      width: 8,
      queries: [{ expr: sumBy(['result'], perSecond(processed())), legend: '{{result}}' }],
    },
    {
      key: 'failing-types',
      title: 'Failed attempts by type',
      description: 'Which events fail. The log line of an attempt carries the message id.',
      kind: 'stacked',
      unit: 'short',
      width: 8,
      queries: [
        {
          expr: sumBy(['event_type'], grown(processed({ result: 'error' }))),
          legend: '{{event_type}}',
        },
      ],
    },
    {
      key: 'process-duration',
      title: 'Time of an attempt',
      description: 'Mean and slowest 5 %. Slow attempts make the backlog grow.',
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
      description: 'Nothing is shown while the inbox is empty.',
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
        'Deliveries that wait for a person. They are not lost: send them through again once the cause is mended.',
      kind: 'lines',
      unit: 'short',
      width: 8,
      alert: 'WebhookProcessingFailing',
      queries: [{ expr: gauge(catalogue.webhookParked), legend: '{{source}}' }],
    },
  ],
}
