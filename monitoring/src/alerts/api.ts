import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { rate, total } from '../promql/patterns.ts'
import { buckets } from '../promql/series.ts'
import { duration } from '../promql/time.ts'
import { surfaces } from '../recordings/availability.ts'
import type { Alert, AlertGroup } from './alert.ts'
import { budgetAlerts } from './budget.ts'

const { apiSlow } = limits
const answered = rate(buckets(catalogue.httpRequestDuration, surfaces.api), apiSlow.window)

const slow: Alert = {
  name: 'ApiSlow',
  failure: 'F17',
  expr: `histogram_quantile(${apiSlow.quantile}, ${total(['le'], answered)}) > ${apiSlow.slowerThan}`,
  for: apiSlow.for,
  limit: `p99 above ${duration(apiSlow.slowerThan)}`,
  severity: 'warning',
  summary: 'One request in a hundred takes longer than {{ $value | humanizeDuration }}',
  description:
    `The slowest 1 % have been above ${duration(apiSlow.slowerThan)} for ${duration(apiSlow.for)}. Compare the routes in vf-api: one slow ` +
    'route is a query, all of them are PostgreSQL, the pool or the event loop.',
  panel: 'vf-api/latency',
}

export const apiGroup: AlertGroup = { name: 'api', alerts: [...budgetAlerts, slow] }
