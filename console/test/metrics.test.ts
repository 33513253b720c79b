import { expect, test } from 'vitest'
import { metricsIn } from '../src/server/metrics.ts'

test.each([
  ['sum by (job) (rate(a_total{x="y"}[5m])) / b_total', ['a_total', 'b_total']],
  ['histogram_quantile(0.9, sum by (le) (rate(c_bucket[$__rate_interval])))', ['c_bucket']],
  ['d{env="$env", route=~"${route:pipe}"} > on () group_left () e', ['d', 'e']],
  ['a + a', ['a']],
  ['label:f:rate5m unless absent(g)', ['label:f:rate5m', 'g']],
  ['time() - 5', []],
] as const)('finds the metrics of %s', (expr, metrics) => {
  expect(metricsIn(expr)).toEqual(metrics)
})
