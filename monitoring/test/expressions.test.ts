import { expect, it } from 'vitest'
import { allExpressions } from '../src/expressions/all.ts'
import { checkExpression } from '../src/expressions/check.ts'
import { checkUse } from '../src/expressions/unused.ts'

it.each([
  ['a metric that is not exported', 'vf_offer_by_status', 'did you mean vf_offers_by_status?'],
  ['a metric far from all others', 'something_else_entirely', 'is not exported'],
  ['the bucket of a counter', 'rate(vf_http_requests_total_bucket[5m])', 'is not exported'],
  [
    'a label the metric does not have',
    'vf_offers_by_status{state="pending"}',
    'a label it does not have; its own are status',
  ],
  [
    'a value the label never has',
    'vf_offers_by_status{status="pendng"}',
    'there are pending, accepted',
  ],
  [
    'one wrong value of several',
    'vf_offers_by_status{status=~"pending|acepted"}',
    'status="acepted"',
  ],
  ['the rate of a gauge', 'rate(vf_webhook_backlog[5m])', 'which is a gauge'],
  [
    'the increase of a recorded ratio',
    'increase(env_surface:vf_http_error_ratio:rate5m[5m])',
    'which is a gauge',
  ],
  [
    'the sum of what every replica exports alike',
    'sum by (status) (vf_offers_by_status)',
    'use max by',
  ],
  ['the mean of what every replica exports alike', 'avg(vf_webhook_parked)', 'use max by'],
  [
    'a grouping by a label that is not there',
    'max by (state) (vf_offers_by_status)',
    'groups by state',
  ],
  [
    'a quantile without le',
    'histogram_quantile(0.9, sum by (route) (rate(vf_http_request_duration_seconds_bucket[5m])))',
    'without le',
  ],
  ['the delta of a counter', 'delta(vf_http_requests_total[5m])', 'which is a counter; use rate'],
  ['a counter as it stands', 'sum(vf_http_requests_total) > 100', 'reads the bare counter'],
  ['a window of a single scrape', 'sum(rate(vf_http_requests_total[30s]))', 'looks back over 30s'],
  [
    'a whole number for le',
    'sum(rate(vf_http_request_duration_seconds_bucket{le="1"}[5m]))',
    'which Prometheus 3 writes as "1.0"',
  ],
  ['a bracket that is not closed', 'sum(rate(vf_http_requests_total[5m])', 'does not parse'],
])('refuses %s', (_, expr, says) => {
  expect(checkExpression(expr).join('\n')).toContain(says)
})

it.each([
  [
    'a sum over replicas of a counter',
    'sum by (route) (rate(vf_http_requests_total{status_code=~"5.."}[5m]))',
  ],
  ['labels of the target', 'max by (env, pod) (vf_offers_by_status{namespace="stage"})'],
  [
    "Grafana's own variables",
    'sum(rate(vf_http_requests_total{route=~"$route"}[$__rate_interval]))',
  ],
  ['a counter that is only counted', 'count by (route) (vf_http_requests_total)'],
  ['a total that says something', 'sum(vf_metrics_series_dropped_total) > 0'],
  ['a sum of a gauge of which each replica has a part', 'sum(vf_http_requests_in_flight)'],
])('accepts %s', (_, expr) => {
  expect(checkExpression(expr)).toEqual([])
})

it('finds nothing wrong with any expression of rules and dashboards', () => {
  const faults = allExpressions.flatMap(({ place, expr }) =>
    checkExpression(expr).map((fault) => `${place} ${fault}`),
  )
  expect(faults).toEqual([])
})

it('leaves no metric of the catalogue unread without a reason', () => {
  expect(checkUse()).toEqual([])
})
