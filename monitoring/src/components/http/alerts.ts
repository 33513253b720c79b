import { catalogue } from '@verifluence/api/catalogue'
import { RHYTHM } from '../../places.ts'
import { increase, rate, total } from '../../promql/patterns.ts'
import { buckets, type Matchers, matching, not, select } from '../../promql/series.ts'
import { duration, seconds } from '../../promql/time.ts'
import { type Alert, type AlertGroup, CALM } from '../alert.ts'
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

const failedRequests = (window: Window) => {
  const errors =
    window === '30m' ? errorRate('30m') : `avg_over_time(${errorRate('5m')}[${window}])`
  return `${errors} * ${seconds(window)}`
}

/** A long window says little before half of it has been seen: a fresh Prometheus must wait. */
const halfSeen = (window: Window) =>
  `count_over_time(${requestRate('5m')}[${window}]) > ${seconds(window) / RHYTHM / 2}`

/** One message about one outage: while it burns faster, the slower burn adds nothing. */
const quicker = (burn: Burn) =>
  select('ALERTS', {
    alertname: NAME,
    alertstate: 'firing',
    window: {
      operator: '=~',
      value: burns
        .slice(0, burns.indexOf(burn))
        .map((each) => each.long)
        .join('|'),
    },
  })

const expression = (burn: Burn) => {
  const { long, short, factor, atLeast } = burn
  const both = [
    `${errorRatio(long)} > ${burnThreshold(factor)}`,
    `${errorRatio(short)} > ${burnThreshold(factor)}`,
    `${failedRequests(long)} >= ${atLeast}`,
  ]
  if (burn === burns[0]) return both.join('\nand\n')
  // Long windows remember an outage for hours after its mend; only what still goes on is told.
  const goingOn = `${errorRatio('5m')} > ${burnThreshold(1)}`
  return `${[...both, goingOn, halfSeen(long)].join('\nand\n')}\nunless on (env, surface)\n${quicker(burn)}`
}

const burnAlert = (burn: Burn): Alert => ({
  name: NAME,
  failure: 'F16',
  expr: expression(burn),
  // By then the five minutes after a mended outage are calm again.
  for: burn === burns[0] ? 0 : 120,
  keepFiringFor: burn === burns[0] ? CALM : 1_800,
  limit: `burn rate above ${burn.factor} over ${burn.long} and over ${burn.short}`,
  severity: burn.severity,
  labels: { window: burn.long },
  summary: `{{ $value | humanizePercentage }} of {{ $labels.surface }} requests failed over ${burn.long}`,
  description:
    `That is more than ${burn.factor} times what the budget of ${objective.periodDays} days allows ` +
    `(${objective.availability * 100} % without a server error). Dashboard vf-api shows the routes; the logs, by request id, the errors.`,
  panel: 'vf-slo/burn',
})

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

const slow: Alert = {
  name: 'ApiSlow',
  failure: 'F17',
  expr: `${quantile} > ${apiSlow.slowerThan}\nand\n${slowOnes} > ${apiSlow.atMost + 0.5}`,
  for: apiSlow.for,
  keepFiringFor: CALM,
  limit: `p99 above ${duration(apiSlow.slowerThan)}, and more than ${apiSlow.atMost} so slow in ${duration(apiSlow.within)}`,
  severity: 'warning',
  summary: 'One request in a hundred takes longer than {{ $value | humanizeDuration }}',
  description:
    `The slowest 1 % have been above ${duration(apiSlow.slowerThan)} for ${duration(apiSlow.for)}. Compare the routes in vf-api: one slow ` +
    'route is a query, all of them are PostgreSQL, the pool or the event loop.',
  panel: 'vf-api/latency',
}

export const apiGroup: AlertGroup = { name: 'api', alerts: [...budgetAlerts, slow] }
