import { catalogue } from '@verifluence/api/catalogue'
import { RHYTHM } from '../../places.ts'
import { increase, rate, total } from '../../promql/patterns.ts'
import { anyOf, buckets, type Matchers, matching, not } from '../../promql/series.ts'
import { duration, seconds } from '../../promql/time.ts'
import { type Alert, type AlertGroup, CALM } from '../alert.ts'
import {
  databaseDown,
  firing,
  type Incident,
  processDown,
  steady,
  unlessExplained,
  whileDown,
} from '../incident.ts'
import {
  errorRate,
  errorRatio,
  objective,
  requestRate,
  surfaces,
  type Window,
} from './recording-rules.ts'

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /**
   * Slower than this is felt. An edge of the histogram, as a threshold must be. A single slow request is a
   * hundredth of a busy window and the whole of a quiet one: up to `atMost` are let pass `within` a time so
   * long that chance does not thin them out.
   */
  apiSlow: {
    quantile: 0.99,
    slowerThan: 1,
    endsBelow: 0.5,
    window: 5 * MINUTE,
    atMost: 4,
    within: 15 * MINUTE,
    for: 10 * MINUTE,
  },
} as const

interface Burn {
  readonly long: Exclude<Window, '5m' | '30d'>
  readonly short: Window
  /** How many times faster than sustainable the budget burns. */
  readonly factor: number
  readonly severity: 'critical' | 'warning'
  /** Failed requests that the long window must hold: one error in a quiet night proves nothing. */
  readonly atLeast: number
}

/**
 * After the multi-window method of Google's SRE workbook
 * (https://sre.google/workbook/alerting-on-slos/), with a first pair twice as quick: a total outage
 * reaches 14.4 times the budget of 30 minutes after little more than two. The quickest comes first.
 */
export const burns: readonly Burn[] = [
  { long: '30m', short: '5m', factor: 14.4, severity: 'critical', atLeast: 4 },
  { long: '6h', short: '30m', factor: 6, severity: 'critical', atLeast: 10 },
  { long: '1d', short: '2h', factor: 3, severity: 'warning', atLeast: 20 },
  { long: '3d', short: '6h', factor: 1, severity: 'warning', atLeast: 30 },
]

/** Written without the noise of binary fractions: 14.4 × 0.005 is 0.072. */
export const burnThreshold = (factor: number) =>
  Number((factor * (1 - objective.availability)).toPrecision(6))

const NAME = 'ApiErrorBudgetBurn'

const burnIncident = ({ long }: Burn): Incident => ({
  alert: NAME,
  by: ['env', 'surface'],
  labels: { window: long },
})

const failedRequests = (window: Window) => {
  const errors =
    window === '5m' || window === '30m'
      ? errorRate(window)
      : `avg_over_time(${errorRate('5m')}[${window}])`
  return `${errors} * ${seconds(window)}`
}

/** A long window says little before half of it has been seen: a fresh Prometheus must wait. */
const halfSeen = (window: Window) =>
  `count_over_time(${requestRate('5m')}[${window}]) > ${seconds(window) / RHYTHM / 2}`

/** A quicker burn that was reported while the short window remembers it: the slower one adds nothing. */
const quicker = (burn: Burn) => {
  const windows = burns.slice(0, burns.indexOf(burn)).map(({ long }) => long)
  return `last_over_time(${firing(NAME, { window: anyOf(windows) })}[${burn.short}])`
}

const begins = (burn: Burn) => {
  const { long, short, factor, atLeast } = burn
  const both = [
    `${errorRatio(long)} > ${burnThreshold(factor)}`,
    `${errorRatio(short)} > ${burnThreshold(factor)}`,
    `${failedRequests(long)} >= ${atLeast}`,
  ]
  // At a request a minute a single failure is a fifth of five minutes.
  if (burn === burns[0]) return [...both, `${failedRequests(short)} >= 1.5`].join('\nand\n')
  return `${[...both, halfSeen(long)].join('\nand\n')}\nunless on (env, surface)\n${quicker(burn)}`
}

const burnAlert = (burn: Burn): Alert => {
  const { long, short, factor, severity } = burn
  const incident = burnIncident(burn)
  const ratio = errorRatio(long)
  const isQuickest = burn === burns[0]
  return {
    name: NAME,
    failure: 'F16',
    expr: steady(incident, {
      begins: unlessExplained(
        incident,
        begins(burn),
        [processDown('api'), databaseDown],
        seconds(short) + 300,
      ),
      goesOn: [
        // It ends when the short window is sustainable again, at whatever rate it went on before.
        `${ratio} >= 0\nand\n${errorRatio(short)} > ${burnThreshold(1)}`,
        // Nothing is recorded while no api answers or its counters are missing.
        `max by (env, surface) (${firing(NAME, { window: long })})\nunless on (env, surface) ${requestRate('5m')}`,
      ],
      value: `${ratio} >= 0`,
    }),
    // A database that stops answering is suspected by then, and the five minutes after an outage are quiet.
    for: isQuickest ? 60 : 120,
    keepFiringFor: isQuickest ? CALM : seconds(short),
    limit: `burn rate above ${factor} over ${long} and over ${short}`,
    severity,
    labels: { window: long },
    summary: `{{ $value | humanizePercentage }} of {{ $labels.surface }} requests failed over ${long}`,
    description:
      `That is more than ${factor} times what the budget of ${objective.periodDays} days allows ` +
      `(${objective.availability * 100} % without a server error); these users saw an error. Dashboard vf-api shows the routes, the ` +
      'logs the errors by request id. Most likely a release broke a route, or a table is locked.',
    panel: 'vf-slo/burn',
  }
}

const budgetAlerts = burns.map(burnAlert)

const { apiSlow } = limits

/** A client that hangs up says how patient it was, not how slow we are. */
const answered = (matchers: Matchers = {}) =>
  buckets(catalogue.httpRequestDuration, {
    ...surfaces.api,
    status_code: not('499'),
    ...matchers,
  })

const quantile = `histogram_quantile(${apiSlow.quantile}, ${total(['le'], rate(answered(), apiSlow.window))})`

const lately = (le: string | ReturnType<typeof matching>) =>
  total([], increase(answered({ le }), apiSlow.within))
/** Prometheus 3 writes the edge 1 as 1.0. */
const slowOnes = `${lately('+Inf')}\n-\n${lately(matching(`${apiSlow.slowerThan}|${apiSlow.slowerThan}.0`))}`

const slowIncident: Incident = { alert: 'ApiSlow', by: ['env'] }

const slow: Alert = {
  name: slowIncident.alert,
  failure: 'F17',
  expr: steady(slowIncident, {
    begins: unlessExplained(
      slowIncident,
      `${quantile} > ${apiSlow.slowerThan}\nand\n${slowOnes} > ${apiSlow.atMost + 0.5}`,
      [databaseDown],
      apiSlow.within,
    ),
    goesOn: [
      `${quantile} > ${apiSlow.endsBelow}\nand\n${slowOnes} > ${apiSlow.atMost / 2 + 0.5}`,
      whileDown(slowIncident, 'api'),
    ],
    value: `${quantile} >= 0`,
  }),
  for: apiSlow.for,
  keepFiringFor: CALM,
  limit: `p99 above ${duration(apiSlow.slowerThan)}, and more than ${apiSlow.atMost} so slow in ${duration(apiSlow.within)}`,
  severity: 'warning',
  summary: 'One request in a hundred takes longer than {{ $value | humanizeDuration }}',
  description:
    `The slowest 1 % have been above ${duration(apiSlow.slowerThan)} for ${duration(apiSlow.for)}; users wait. Compare the routes in the panel. ` +
    'Most likely one slow route is a query without an index; all of them are PostgreSQL, the pool or the event loop.',
  panel: 'vf-api/latency',
}

export const apiGroup: AlertGroup = { name: 'api', alerts: [...budgetAlerts, slow] }
