import { catalogue } from '@verifluence/api/catalogue'
import { increase } from '../promql/patterns.ts'
import { series } from '../promql/series.ts'
import type { Alert, AlertGroup } from './alert.ts'

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
