import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { series } from '../../promql/series.ts'
import { inEnv, maxBy, perSecond, quantile, sumBy } from '../query.ts'
import type { RowSpec } from '../spec.ts'
import { answered, REJECTED, received, silence } from './series.ts'

export const receiving: RowSpec = {
  title: 'Receiving',
  panels: [
    {
      key: 'received',
      title: 'Deliveries by answer',
      description:
        'What the receiver said. `duplicate` is a repetition by Kick, `bad_method` a scanner.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      queries: [{ expr: sumBy(['result'], perSecond(received())), legend: '{{result}}' }],
    },
    {
      key: 'event-types',
      title: 'Accepted deliveries by type',
      description: 'A type that ends while others go on is a subscription that Kick dropped.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      queries: [
        {
          expr: sumBy(['event_type'], perSecond(received({ result: 'ok' }))),
          legend: '{{event_type}}',
        },
      ],
    },
    {
      key: 'rejections',
      title: 'Rejected deliveries',
      description: `In ${limits.rejected.window / 60} minutes, by reason. All of them at once is a key that changed; a few are somebody trying.`,
      kind: 'lines',
      unit: 'short',
      width: 8,
      limit: limits.rejected.atMost + 0.5,
      alert: 'WebhookRejected',
      queries: [
        {
          expr: sumBy(
            ['result'],
            `increase(${received({ result: REJECTED })}[${limits.rejected.window / 60}m])`,
          ),
          legend: '{{result}}',
        },
      ],
    },
    {
      key: 'acknowledge',
      title: 'Time to acknowledge',
      description: 'Half, 95 % and 99 % are faster. Near one second deliveries are lost for good.',
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: limits.acknowledge.slowerThan,
      alert: 'WebhookAckSlow',
      queries: [0.5, 0.95, 0.99].map((share) => ({
        expr: quantile(share, [], answered),
        legend: `p${share * 100}`,
      })),
    },
    {
      key: 'silence',
      title: 'Since the last delivery, and live streams',
      description: 'Silence that grows while streams are live means that events are being lost.',
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: limits.webhookSilence.after,
      alert: 'WebhooksSilent',
      queries: [
        { expr: silence, legend: 'silence {{source}}' },
        {
          expr: maxBy(['env'], series(catalogue.liveStreams, inEnv())),
          legend: 'live streams {{env}}',
        },
      ],
    },
  ],
}
