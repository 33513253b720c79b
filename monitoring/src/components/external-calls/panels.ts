import { catalogue } from '@verifluence/api/catalogue'
import { grown, inEnv, perSecond, quantile, sumBy } from '../../grafana/query.ts'
import type { RowSpec } from '../../grafana/spec.ts'
import { buckets, matching, series } from '../../promql/series.ts'
import { FAILED } from './alerts.ts'

const calls = (matchers = {}) =>
  series(catalogue.externalHttp, inEnv({ target: matching('$target'), ...matchers }))

export const outside: RowSpec = {
  title: 'Outside services',
  panels: [
    {
      key: 'external-calls',
      title: 'Calls',
      description: 'Attempts a second by service, of both processes.',
      kind: 'stacked',
      unit: 'reqps',
      width: 6,
      queries: [{ expr: sumBy(['target'], perSecond(calls())), legend: '{{target}}' }],
    },
    {
      key: 'external-unauthorized',
      title: 'Credentials rejected (401)',
      description:
        'By service and operation. A revoked token is a line that does not fall; a single peak is a token that was refreshed.',
      kind: 'lines',
      unit: 'short',
      width: 6,
      alert: 'ExternalUnauthorized',
      queries: [
        {
          expr: sumBy(['target', 'operation'], grown(calls({ status_code: '401' }))),
          legend: '{{target}} {{operation}}',
        },
      ],
    },
    {
      key: 'external-failures',
      title: 'Failed calls',
      description: '5xx, 429, timeouts and broken connections, by how they failed.',
      kind: 'stacked',
      unit: 'reqps',
      width: 6,
      alert: 'ExternalFailing',
      queries: [
        {
          expr: sumBy(['target', 'status_code'], perSecond(calls({ status_code: FAILED }))),
          legend: '{{target}} {{status_code}}',
        },
      ],
    },
    {
      key: 'external-duration',
      title: 'Slowest 5 % by service',
      description: 'Time to the response headers, or to the failure.',
      kind: 'lines',
      unit: 's',
      width: 6,
      mayBeEmpty: 'nobody was called lately',
      queries: [
        {
          expr: quantile(
            0.95,
            ['target'],
            buckets(catalogue.externalHttpDuration, inEnv({ target: matching('$target') })),
          ),
          legend: '{{target}}',
        },
      ],
    },
  ],
}
