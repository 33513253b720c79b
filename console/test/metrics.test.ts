import { expect, test } from 'vitest'
import { metricsIn, usesOf } from '../src/server/metrics.ts'

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

test('names the alert that reads a metric by way of recording rules', () => {
  const uses = usesOf({
    rules: [
      { name: 'job:a:rate5m', query: 'sum by (job) (rate(a_total[5m]))', isAlert: false },
      { name: 'job:a:ratio', query: 'job:a:rate5m / 2', isAlert: false },
      { name: 'TooMany', query: 'job:a:ratio > 1', isAlert: true },
    ],
    dashboards: [
      { uid: 'd', title: 'D', panels: [{ id: 3, title: 'P', targets: [{ expr: 'job:a:ratio' }] }] },
    ],
  })
  expect(uses.get('a_total')?.map(({ title }) => title)).toEqual([
    'job:a:rate5m',
    'job:a:ratio',
    'TooMany',
    'D: P',
  ])
})
