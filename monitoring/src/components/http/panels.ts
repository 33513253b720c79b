import { catalogue } from '@verifluence/api/catalogue'
import { inEnv, perSecond, quantile, sumBy } from '../../grafana/query.ts'
import type { RowSpec } from '../../grafana/spec.ts'
import { targets } from '../../places.ts'
import { buckets, matching, series } from '../../promql/series.ts'
import { limits } from './alerts.ts'

const requests = (matchers = {}) =>
  series(catalogue.httpRequests, inEnv({ route: matching('$route'), ...matchers }))

const durations = (matchers = {}) =>
  buckets(catalogue.httpRequestDuration, inEnv({ route: matching('$route'), ...matchers }))

export const red: RowSpec = {
  title: 'Requests by route',
  panels: [
    {
      key: 'rate',
      title: 'Requests',
      description:
        'Requests a second by route. `unmatched` are requests that match no route: mostly scanners.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      queries: [{ expr: sumBy(['route'], perSecond(requests())), legend: '{{route}}' }],
    },
    {
      key: 'errors',
      title: 'Server errors',
      description:
        'Requests answered 5xx, by route and code. The log lines of a request carry its id.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      alert: 'ApiErrorBudgetBurn',
      mayBeEmpty: 'no request was ever answered 5xx',
      queries: [
        {
          expr: sumBy(
            ['route', 'status_code'],
            perSecond(requests({ status_code: matching('5..') })),
          ),
          legend: '{{route}} {{status_code}}',
        },
      ],
    },
    {
      key: 'latency',
      title: 'Latency',
      description: `50 %, 95 % and 99 % of requests are faster. Above the line for ${limits.apiSlow.for / 60} minutes, an alert fires.`,
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: limits.apiSlow.slowerThan,
      alert: 'ApiSlow',
      queries: [0.5, 0.95, 0.99].map((share) => ({
        expr: quantile(share, [], durations()),
        legend: `p${share * 100}`,
      })),
    },
    {
      key: 'latency-by-route',
      title: 'Slowest 5 % by route',
      description: 'One slow route: its query. All routes slow: the database or the event loop.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [{ expr: quantile(0.95, ['route'], durations()), legend: '{{route}}' }],
    },
    {
      key: 'codes',
      title: 'Answers by code',
      description: '4xx: errors of clients. 499: clients that disconnected first. 5xx: our errors.',
      kind: 'stacked',
      unit: 'reqps',
      width: 8,
      queries: [{ expr: sumBy(['status_code'], perSecond(requests())), legend: '{{status_code}}' }],
    },
    {
      key: 'in-flight',
      title: 'Requests being answered',
      description: 'A line that only climbs is a backlog: look at the database.',
      kind: 'lines',
      unit: 'none',
      width: 12,
      queries: [
        {
          expr: sumBy(['pod', 'instance'], series(catalogue.httpRequestsInFlight, inEnv())),
          legend: '{{pod}} {{instance}}',
        },
      ],
    },
    {
      key: 'outside-calls',
      title: 'Calls to external services',
      description: 'Calls of the api itself: sign-in e-mails, Kick’s public key.',
      kind: 'lines',
      unit: 'reqps',
      width: 12,
      queries: [
        {
          expr: sumBy(
            ['target', 'status_code'],
            `${perSecond(series(catalogue.externalHttp, inEnv({ job: targets.api.job })))} > 0`,
          ),
          legend: '{{target}} {{status_code}}',
        },
      ],
      mayBeEmpty: 'the api has not called anybody lately',
    },
  ],
}
