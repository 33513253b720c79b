import { catalogue } from '@verifluence/api/catalogue'
import {
  activePerMinute,
  activeRates,
  busiestQuantiles,
  busiestRates,
  inEnv,
  quantile,
  sumBy,
} from '../../grafana/query.ts'
import type { RowSpec } from '../../grafana/spec.ts'
import { targets } from '../../places.ts'
import { buckets, matching, series } from '../../promql/series.ts'
import { limits } from './alerts.ts'

const requests = (matchers = {}) =>
  series(catalogue.httpRequests, inEnv({ route: matching('$route'), ...matchers }))

const durations = (matchers = {}) =>
  buckets(catalogue.httpRequestDuration, inEnv({ route: matching('$route'), ...matchers }))

export const red: RowSpec = {
  title: 'Requests of the api',
  panels: [
    {
      key: 'rate',
      title: 'Requests by route',
      description:
        'The ten busiest routes, and the others together. `unmatched` are requests that match no route: mostly scanners.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      mayBeEmpty: 'no request arrived',
      queries: busiestRates('route', requests(), 'other routes'),
    },
    {
      key: 'errors',
      title: 'Server errors by route',
      description:
        'Requests answered 5xx, by route and code. The log lines of a request carry its id.',
      kind: 'stacked',
      unit: 'reqps',
      width: 12,
      alert: 'ApiErrorBudgetBurn',
      mayBeEmpty: 'no request was answered 5xx',
      queries: [
        {
          expr: activeRates(['route', 'status_code'], requests({ status_code: matching('5..') })),
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
      description:
        'One slow route: its query. All routes slow: the database or the event loop. Routes with fewer than 20 requests at a point are left out.',
      kind: 'lines',
      unit: 's',
      width: 8,
      interval: '5m',
      mayBeEmpty: 'no route had 20 requests in five minutes',
      queries: [
        busiestQuantiles(
          0.95,
          'route',
          catalogue.httpRequestDuration,
          inEnv({ route: matching('$route') }),
        ),
      ],
    },
    {
      key: 'codes',
      title: 'Answers by code',
      description: '4xx: errors of clients. 499: clients that disconnected first. 5xx: our errors.',
      kind: 'stacked',
      unit: 'reqps',
      width: 8,
      mayBeEmpty: 'no request arrived',
      queries: [{ expr: activeRates(['status_code'], requests()), legend: '{{status_code}}' }],
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
          expr: sumBy(['pod'], series(catalogue.httpRequestsInFlight, inEnv())),
          legend: '{{pod}}',
        },
      ],
    },
    {
      key: 'outside-calls',
      title: 'External calls of the api',
      description: 'Calls a minute of the api itself: sign-in e-mails, Kick’s public key.',
      kind: 'lines',
      unit: 'cpm',
      width: 12,
      queries: [
        {
          expr: activePerMinute(
            ['target', 'status_code'],
            series(catalogue.externalHttp, inEnv({ job: targets.api.job })),
          ),
          legend: '{{target}} {{status_code}}',
        },
      ],
      mayBeEmpty: 'the api made no external call',
    },
  ],
}
