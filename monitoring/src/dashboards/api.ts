import { catalogue } from '@verifluence/api/catalogue'
import { apiGroup } from '../alerts/api.ts'
import { domainGroup } from '../alerts/domain.ts'
import { limits, objective } from '../limits.ts'
import { targets } from '../places.ts'
import { buckets, matching, select, series } from '../promql/series.ts'
import { errorRatio, surfaces } from '../recordings/availability.ts'
import { processRow } from './process.ts'
import { firingCount, inEnv, maxBy, perSecond, quantile, sumBy } from './query.ts'
import type { DashboardSpec, PanelSpec, RowSpec } from './spec.ts'

const requests = (matchers = {}) =>
  series(catalogue.httpRequests, inEnv({ route: matching('$route'), ...matchers }))
const durations = (matchers = {}) =>
  buckets(catalogue.httpRequestDuration, inEnv({ route: matching('$route'), ...matchers }))

const refreshAge = `time() - ${maxBy(['table'], series(catalogue.domainLastRefresh, inEnv()))}`

const fine: RowSpec = {
  title: 'Is it fine?',
  panels: [
    {
      key: 'up',
      title: 'Replicas that answer',
      description: 'Pods of the api that Prometheus reaches. Zero means that the platform is down.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      badBelow: true,
      alert: 'ApiDown',
      queries: [
        { expr: `sum(${select('up', inEnv({ job: targets.api.job }))})`, legend: 'replicas' },
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
      description: `Share of requests answered 5xx. The objective leaves ${(1 - objective.availability) * 100} %.`,
      kind: 'stat',
      unit: 'percentunit',
      width: 4,
      limit: 1 - objective.availability,
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
      description: 'One request in a hundred takes longer. Webhooks are not in it.',
      kind: 'stat',
      unit: 's',
      width: 4,
      limit: limits.apiSlow.slowerThan,
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
      description: 'All requests to the application port, webhooks and refused ones included.',
      kind: 'stat',
      unit: 'reqps',
      width: 4,
      queries: [
        { expr: `sum(${perSecond(series(catalogue.httpRequests, inEnv()))})`, legend: 'requests' },
      ],
    },
    {
      key: 'data-age',
      title: 'Age of the domain figures',
      description: 'Since the totals of the slowest table were read. They are read every 30 s.',
      kind: 'stat',
      unit: 's',
      width: 4,
      limit: limits.domainStale.after,
      alert: 'DomainGaugesStale',
      queries: [{ expr: `max(${refreshAge})`, legend: 'age' }],
    },
  ],
}

const red: RowSpec = {
  title: 'Requests by route',
  panels: [
    {
      key: 'rate',
      title: 'Requests',
      description:
        'Requests a second by route. `unmatched` is whatever no route answers: mostly scanners.',
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
      description: `Half, 95 % and 99 % of requests are faster. Above the line for ${limits.apiSlow.for / 60} minutes an alert fires.`,
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
        'Which route makes the latency: one is a query, all of them are the database or the loop.',
      kind: 'lines',
      unit: 's',
      width: 8,
      queries: [{ expr: quantile(0.95, ['route'], durations()), legend: '{{route}}' }],
    },
    {
      key: 'codes',
      title: 'Answers by code',
      description: '4xx are the callers’ mistakes, 499 are callers who left, 5xx are ours.',
      kind: 'stacked',
      unit: 'reqps',
      width: 8,
      queries: [{ expr: sumBy(['status_code'], perSecond(requests())), legend: '{{status_code}}' }],
    },
    {
      key: 'in-flight',
      title: 'Requests being answered',
      description: 'A line that climbs without falling is a backlog: look at the database.',
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
      title: 'Calls to outside services',
      description:
        'What the api itself asks of others: the sender of sign-in e-mails, the keys of Kick.',
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

const states = [
  ['campaigns', 'Campaigns', catalogue.campaignsByStatus],
  ['offers', 'Offers', catalogue.offersByStatus],
  ['negotiations', 'Negotiations', catalogue.negotiationsByStatus],
  ['deals', 'Deals', catalogue.dealsByStatus],
  ['submissions', 'Session submissions', catalogue.sessionSubmissionsByStatus],
] as const

const waiting = (key: keyof typeof limits.waiting, what: string, alert: string): PanelSpec => ({
  key: `oldest-${key}`,
  title: `Oldest ${what} waiting for a person`,
  description: 'How long the oldest has waited. Nothing is shown while nothing waits.',
  kind: 'lines',
  unit: 's',
  width: 8,
  limit: limits.waiting[key],
  alert,
  mayBeEmpty: 'nothing waits for a person',
  queries: [
    {
      expr: `time() - ${maxBy(['env'], series(catalogue.domainOldestPending, inEnv({ table: key })))}`,
      legend: 'waiting {{env}}',
    },
  ],
})

const domain: RowSpec = {
  title: 'Domain',
  panels: [
    ...states.map(
      ([key, title, definition]): PanelSpec => ({
        key,
        title,
        description: `${title} in each status, as the database holds them.`,
        kind: 'lines',
        unit: 'short',
        width: 8,
        queries: [{ expr: maxBy(['status'], series(definition, inEnv())), legend: '{{status}}' }],
      }),
    ),
    {
      key: 'domain-refresh',
      title: 'Age of the figures, by table',
      description: 'A table whose line climbs can no longer be read.',
      kind: 'lines',
      unit: 's',
      width: 8,
      limit: limits.domainStale.after,
      alert: 'DomainGaugesStale',
      queries: [{ expr: refreshAge, legend: '{{table}}' }],
    },
    waiting('offers', 'offer', 'OfferWaiting'),
    waiting('session_submissions', 'submission', 'SubmissionWaiting'),
    {
      key: 'refreshes',
      title: 'Failed readings',
      description: 'Readings of a table that failed or took too long.',
      kind: 'stacked',
      unit: 'cps',
      width: 8,
      queries: [
        {
          expr: sumBy(
            ['table', 'result'],
            perSecond(
              series(catalogue.domainRefresh, inEnv({ result: { operator: '!=', value: 'ok' } })),
            ),
          ),
          legend: '{{table}} {{result}}',
        },
      ],
    },
  ],
}

export const apiDashboard: DashboardSpec = {
  uid: 'vf-api',
  description: 'Requests, domain and runtime of the api process.',
  variables: [{ name: 'route', label: 'Route', of: `${catalogue.httpRequests.name}{env=~"$env"}` }],
  rows: [fine, red, domain, processRow('api')],
}
