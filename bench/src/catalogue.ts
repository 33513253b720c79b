import { counter, gauge, HTTP_METHODS, histogram, oneOf, open } from 'sideport'
import { BUCKETS } from './requests.ts'

const exportedBy = ['bench'] as const
const labels = [
  oneOf('method', HTTP_METHODS),
  open('route', { atMost: 100_000 }),
  open('status_code', { atMost: 60 }),
] as const

/** What every contender measures of HTTP. */
export const httpMetrics = {
  requests: counter({
    name: 'http_requests_total',
    help: 'Requests.',
    labels,
    maxSeries: 1_000_000,
    exportedBy,
  }),
  duration: histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration.',
    unit: 'seconds',
    labels,
    buckets: BUCKETS,
    maxSeries: 1_000_000,
    exportedBy,
  }),
  inFlight: gauge({
    name: 'http_requests_in_flight',
    help: 'In flight.',
    aggregate: 'sum',
    exportedBy,
  }),
}
