import { catalogue } from '@verifluence/api/catalogue'
import { database } from '../components/database/panels.ts'
import { domainGroup, limits as domainLimits } from '../components/domain/alerts.ts'
import { domain, refreshAge } from '../components/domain/panels.ts'
import { apiGroup, burnThreshold, limits as httpLimits } from '../components/http/alerts.ts'
import { red } from '../components/http/panels.ts'
import { errorRatio, surfaces } from '../components/http/recording-rules.ts'
import { outside } from '../components/platform/panels.ts'
import { processRow } from '../components/runtime/panels.ts'
import { targets } from '../places.ts'
import { buckets, select, series } from '../promql/series.ts'
import { percent } from '../promql/time.ts'
import { counted, firingCount, inEnv, maxBy, perSecond, quantile } from './query.ts'
import type { DashboardSpec, RowSpec } from './spec.ts'

const fine: RowSpec = {
  title: 'Replicas, alerts, errors and latency',
  panels: [
    {
      key: 'up',
      title: 'Replicas that are up',
      description: 'Pods of the api that Prometheus reaches. Zero means that the platform is down.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      badBelow: true,
      alert: 'ApiDown',
      queries: [
        {
          expr: counted(`sum(${select('up', inEnv({ job: targets.api.job }))})`),
          legend: 'replicas',
        },
      ],
    },
    {
      key: 'alerts',
      title: 'Alerts of the api',
      description: 'Alerts about the API and its data that fire now.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      mayBeEmpty: 'no such alert fires',
      queries: [
        {
          expr: firingCount(
            ['ApiDown', 'EventLoopBlocked', 'ProcessRestarting', 'SeriesDropped'].concat([
              ...new Set([...apiGroup.alerts, ...domainGroup.alerts].map(({ name }) => name)),
            ]),
          ),
          legend: 'firing',
        },
      ],
    },
    {
      key: 'error-share',
      title: 'Errors, 5 minutes',
      description: `Share of requests answered 5xx. The objective leaves ${percent(burnThreshold(1))}.`,
      kind: 'stat',
      unit: 'percentunit',
      width: 4,
      limit: burnThreshold(1),
      queries: [
        {
          expr: maxBy(['surface'], select(errorRatio('5m'), inEnv({ surface: 'api' }))),
          legend: 'errors',
        },
      ],
    },
    {
      key: 'slowest',
      title: 'Slowest 1 %',
      description: 'One request in a hundred takes longer. Webhooks are not included.',
      kind: 'stat',
      unit: 's',
      width: 4,
      limit: httpLimits.apiSlow.slowerThan,
      queries: [
        {
          expr: quantile(0.99, [], buckets(catalogue.httpRequestDuration, inEnv(surfaces.api))),
          legend: 'p99',
        },
      ],
    },
    {
      key: 'request-rate',
      title: 'Requests a second',
      description: 'All requests to the application port, including webhooks and rejected ones.',
      kind: 'stat',
      unit: 'reqps',
      width: 4,
      queries: [
        { expr: `sum(${perSecond(series(catalogue.httpRequests, inEnv()))})`, legend: 'requests' },
      ],
    },
    {
      key: 'data-age',
      title: 'Age of the domain totals',
      description:
        'Time since the totals of the table that is furthest behind were read. They are read every 30 s.',
      kind: 'stat',
      unit: 's',
      width: 4,
      limit: domainLimits.domainStale.after,
      alert: 'DomainGaugesStale',
      queries: [{ expr: `max(${refreshAge})`, legend: 'age' }],
    },
  ],
}

export const apiDashboard: DashboardSpec = {
  uid: 'vf-api',
  description: 'Requests, domain and runtime of the api process.',
  variables: [{ name: 'route', label: 'Route', of: `${catalogue.httpRequests.name}{env=~"$env"}` }],
  rows: [fine, red, domain, database, outside, processRow('api')],
}
