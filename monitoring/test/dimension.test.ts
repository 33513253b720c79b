import { expect, it } from 'vitest'
import { dimensionOf } from '../src/promql/dimension.ts'

it.each([
  ['sum(rate(vf_http_requests_total[5m]))', 'count a second'],
  ['60 * sum by (job) (rate(vf_http_requests_total[$__rate_interval]))', 'count a minute'],
  ['round(sum (increase(vf_http_requests_total[1h])))', 'count'],
  ['topk(10, sum by (route) (increase(vf_http_requests_total[$__range] @ end())) > 0)', 'count'],
  ['time() - max by (table) (vf_domain_last_refresh_timestamp_seconds)', 'seconds'],
  ['rate(process_cpu_seconds_total[5m])', 'ratio'],
  ['sum(rate(x_seconds_sum[5m])) / sum(rate(x_seconds_count[5m]))', 'seconds'],
  ['sum(increase(x_seconds_sum[2h])) / sum(increase(x_seconds_count[2h]))', 'seconds'],
  ['histogram_quantile(0.9, sum by (le) (rate(x_seconds_bucket[5m])))', 'seconds'],
  ['process_resident_memory_bytes', 'bytes'],
  ['sum(a_total) / sum(b_total)', 'ratio'],
  ['1 - max(env_surface:vf_http_error_ratio:rate5m) / 0.005', 'ratio'],
  ['count(ALERTS) or vector(0)', 'count'],
  ['a_seconds or b_total', 'mixed'],
  ['a_seconds * b_bytes', 'mixed'],
  ['changes(process_start_time_seconds[15m])', 'count'],
])('reads %s as %s', (expr, dimension) => {
  expect(dimensionOf(expr)).toBe(dimension)
})
