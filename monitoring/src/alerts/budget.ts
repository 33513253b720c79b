import { objective } from '../limits.ts'
import { select } from '../promql/series.ts'
import { seconds } from '../promql/time.ts'
import { errorRate, errorRatio, type Window } from '../recordings/availability.ts'
import type { Alert } from './alert.ts'

interface Burn {
  readonly long: Window
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
 * reaches 14.4 times the budget of 30 minutes after little more than two.
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

const failedRequests = (window: Window) => {
  const errors =
    window === '30m' ? errorRate('30m') : `avg_over_time(${errorRate('5m')}[${window}])`
  return `${errors} * ${seconds(window)}`
}

const NAME = 'ApiErrorBudgetBurn'

/** One message about one outage: while it burns fast, the slow burn adds nothing. */
const unlessFast = `\nunless on (env, surface)\n${select('ALERTS', { alertname: NAME, severity: 'critical', alertstate: 'firing' })}`

const burn = ({ long, short, factor, severity, atLeast }: Burn): Alert => ({
  name: NAME,
  failure: 'F16',
  expr:
    `${errorRatio(long)} > ${burnThreshold(factor)}\nand\n${errorRatio(short)} > ${burnThreshold(factor)}\n` +
    `and\n${failedRequests(long)} >= ${atLeast}${severity === 'warning' ? unlessFast : ''}`,
  for: 0,
  severity,
  labels: { window: long },
  summary: `{{ $value | humanizePercentage }} of {{ $labels.surface }} requests failed over ${long}`,
  description:
    `That is more than ${factor} times what the budget of ${objective.periodDays} days allows ` +
    `(${objective.availability * 100} % without a server error). Dashboard vf-api shows the routes; the logs, by request id, the errors.`,
  panel: 'vf-slo/burn',
})

export const budgetAlerts = burns.map(burn)
