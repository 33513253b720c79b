import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { increase, rate, total } from '../promql/patterns.ts'
import { buckets, type Matchers, matching, not } from '../promql/series.ts'
import { duration } from '../promql/time.ts'
import { surfaces } from '../recordings/availability.ts'
import type { Alert, AlertGroup } from './alert.ts'
import { budgetAlerts } from './budget.ts'

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
  keepFiringFor: limits.calm,
  limit: `p99 above ${duration(apiSlow.slowerThan)}, and more than ${apiSlow.atMost} so slow in ${duration(apiSlow.within)}`,
  severity: 'warning',
  summary: 'One request in a hundred takes longer than {{ $value | humanizeDuration }}',
  description:
    `The slowest 1 % have been above ${duration(apiSlow.slowerThan)} for ${duration(apiSlow.for)}. Compare the routes in vf-api: one slow ` +
    'route is a query, all of them are PostgreSQL, the pool or the event loop.',
  panel: 'vf-api/latency',
}

export const apiGroup: AlertGroup = { name: 'api', alerts: [...budgetAlerts, slow] }
