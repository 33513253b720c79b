import type { Selector } from '../promql/parse.ts'
import type { KnownSeries } from './known.ts'

/** Functions that understand the resets of a counter and nothing else. */
const FOR_COUNTERS = ['rate', 'increase', 'irate']

/** Functions that take a reset for a fall. */
const FOR_GAUGES = ['delta', 'idelta', 'deriv', 'predict_linear']

/** Functions that ask only whether a counter exists, or when it resets. */
const WHATEVER_THE_VALUE = ['count', 'group', 'resets', 'changes', 'absent', 'absent_over_time']

/** Counters whose total, or whose presence, says something by itself; each with the reason. */
const READ_AS_TOTALS: Readonly<Record<string, string>> = {
  vf_domain_refresh_total: 'times 0: only which tables there are',
  vf_metrics_series_dropped_total: 'any at all is a fault, and increase misses the first one',
  vf_metrics_values_refused_total: 'any at all is a fault, and increase misses the first one',
  alertmanager_notifications_total: 'begun less ended are those that hang',
  alertmanager_notifications_failed_total: 'begun less ended are those that hang',
  alertmanager_notification_requests_total: 'begun less ended are those that hang',
  alertmanager_notification_requests_failed_total: 'begun less ended are those that hang',
}

/** A counter and a gauge are asked in ways of their own; what every replica exports alike is not added. */
export const checkUse = (
  { name, functions, aggregation }: Selector,
  { type, aggregate }: KnownSeries,
) => {
  const rated = functions.find((called) => FOR_COUNTERS.includes(called))
  if (rated !== undefined && type === 'gauge')
    return [`takes the ${rated} of ${name}, which is a gauge; use delta or the value itself`]
  const asGauge = functions.find((called) => FOR_GAUGES.includes(called))
  if (asGauge !== undefined && type === 'counter')
    return [`takes the ${asGauge} of ${name}, which is a counter; use rate or increase`]
  const asked = [...functions, aggregation ?? '']
  const understood = [...FOR_COUNTERS, ...WHATEVER_THE_VALUE]
  if (
    type === 'counter' &&
    READ_AS_TOTALS[name] === undefined &&
    !asked.some((called) => understood.includes(called))
  )
    return [`reads the bare counter ${name}, which resets with each process; use rate or increase`]
  const added = aggregation === 'sum' || aggregation === 'avg'
  if (added && type === 'gauge' && aggregate === 'max')
    return [
      `takes the ${aggregation} of ${name}, which every replica exports alike; use max by (…)`,
    ]
  return []
}
