import { catalogue } from '@verifluence/api/catalogue'
import { activeEvents, activePerMinute, busiestQuantiles, inEnv } from '../../grafana/query.ts'
import type { RowSpec } from '../../grafana/spec.ts'
import { matching, series } from '../../promql/series.ts'
import { FAILED } from './alerts.ts'

const calls = (matchers = {}) =>
  series(catalogue.externalHttp, inEnv({ target: matching('$target'), ...matchers }))

export const outside: RowSpec = {
  title: 'External services',
  panels: [
    {
      key: 'external-calls',
      title: 'External calls',
      description: 'Attempts a minute by service, of both processes.',
      kind: 'stacked',
      unit: 'cpm',
      width: 6,
      mayBeEmpty: 'no external service was called',
      queries: [{ expr: activePerMinute(['target'], calls()), legend: '{{target}}' }],
    },
    {
      key: 'external-unauthorized',
      title: 'Credentials rejected (401)',
      description:
        'By service and operation. A revoked token is a line that does not fall; a single peak is a token that was refreshed.',
      kind: 'lines',
      unit: 'short',
      width: 6,
      interval: '5m',
      alert: 'ExternalUnauthorized',
      mayBeEmpty: 'no call was answered 401',
      queries: [
        {
          expr: activeEvents(['target', 'operation'], calls({ status_code: '401' })),
          legend: '{{target}} {{operation}}',
        },
      ],
    },
    {
      key: 'external-failures',
      title: 'Failed external calls',
      description: '5xx, 429, timeouts and broken connections, by how they failed.',
      kind: 'stacked',
      unit: 'cpm',
      width: 6,
      alert: 'ExternalFailing',
      mayBeEmpty: 'no call failed',
      queries: [
        {
          expr: activePerMinute(['target', 'status_code'], calls({ status_code: FAILED })),
          legend: '{{target}} {{status_code}}',
        },
      ],
    },
    {
      key: 'external-duration',
      title: 'Slowest 5 % by service',
      description:
        'Time to the response headers, or to the failure. Services with fewer than 20 calls at a point are left out.',
      kind: 'lines',
      unit: 's',
      width: 6,
      interval: '5m',
      mayBeEmpty: 'no service had 20 calls in five minutes',
      queries: [
        busiestQuantiles(
          0.95,
          'target',
          catalogue.externalHttpDuration,
          inEnv({ target: matching('$target') }),
        ),
      ],
    },
  ],
}
