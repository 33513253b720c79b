import { catalogue } from '@verifluence/api/catalogue'
import { held, increase, newest } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration, length } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /** The longest pause of the event loop in every half minute. */
  eventLoop: { blockedFor: 0.5, for: 5 * MINUTE },
} as const

const { eventLoop } = limits

/** The gauge holds the worst delay of its last half minute, whoever scrapes it and how often. */
const eventLoopBlocked: Alert = {
  name: 'EventLoopBlocked',
  failure: 'F19',
  expr: `${newest(['service'], held(series(catalogue.eventLoopLagMax)))} > ${eventLoop.blockedFor}`,
  for: eventLoop.for,
  limit: `a pause above ${length(eventLoop.blockedFor)} in every half minute`,
  severity: 'warning',
  summary:
    'The event loop of {{ $labels.service }} stands still for {{ $value | humanizeDuration }}',
  description:
    `Something computes for too long without a pause, in every half minute of the last ${duration(eventLoop.for)}. ` +
    'Everything else waits meanwhile: requests, webhooks, probes. A large payload, a loop, or starved CPU.',
  panel: 'vf-api/event-loop',
}

export const runtimeGroup: AlertGroup = { name: 'runtime', alerts: [eventLoopBlocked] }

const dropped = series(catalogue.seriesDropped)
const by = 'sum by (env, service, metric)'

/**
 * The series of a metric appears with its first drop, and `increase` does not see a number that was
 * never 0: so a series that did not exist before counts as a whole.
 */
const seriesDropped: Alert = {
  name: 'SeriesDropped',
  failure: 'F20',
  expr:
    `${by} (${increase(dropped, 600)}) > 0\nor\n` +
    `${by} (${dropped} unless max_over_time(${dropped}[1h] offset 10m)) > 0`,
  for: 60,
  limit: 'any recording folded into `other`',
  severity: 'warning',
  summary:
    'Labels of {{ $labels.metric }} overflow: {{ $value | printf "%.0f" }} recordings went to "other"',
  description:
    'A label got values outside its declared domain, so panels and alerts on this metric lose ' +
    'detail. Mostly a new route or code whose label list was not extended, or an id used as a label.',
  panel: 'vf-api/series',
}

export const instrumentationGroup: AlertGroup = {
  name: 'instrumentation',
  alerts: [seriesDropped],
}
