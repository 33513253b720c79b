import { counter, gauge, histogram } from '../../catalogue/definition.ts'
import { oneOf, open } from '../../catalogue/labels.ts'
import type { Exemplar } from '../../recording/index.ts'

/**
 * The methods that get a series of their own, for the catalogue: `oneOf('method', HTTP_METHODS)`.
 * Node's parser accepts 35 of them and other runtimes accept any word; those are `other`, or a
 * scanner could fill Prometheus.
 */
export const HTTP_METHODS = [
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'other',
] as const

export type HttpMethod = (typeof HTTP_METHODS)[number]

const known = new Map<string | undefined, HttpMethod>(
  HTTP_METHODS.map((method) => [method, method]),
)

/** The label value of a request's method. */
export const methodLabel = (method: string | undefined): HttpMethod => known.get(method) ?? 'other'

/** `route` is a route's pattern, or `UNMATCHED`. */
export interface HttpLabels {
  readonly method: HttpMethod
  readonly route: string
  readonly status_code: string
}

/** The metrics that are filled; handles of a catalogue fit. */
export interface HttpMetrics {
  readonly requests: {
    readonly with: (labels: HttpLabels) => { inc(by?: number, exemplar?: Exemplar): void }
  }
  /** In seconds, to the last byte of the response or to the end of the connection. */
  readonly duration: {
    readonly with: (labels: HttpLabels) => { observe(seconds: number, exemplar?: Exemplar): void }
  }
  readonly inFlight: { inc(): void; dec(): void }
}

export { UNMATCHED } from '../../catalogue/labels.ts'

/** From 5 ms to 10 s, as prom-client has them; a service-level threshold must be one of them. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Catalogue entries for `instrumentHttp`, for those who need no names of their own. Spread them into
 * the catalogue.
 *
 * @param prefix put before every name. Default: none.
 * @param buckets the edges of the duration's buckets, in seconds. Default: 5 ms to 10 s.
 * @example createSideport({ catalogue: { ...catalogue, ...httpMetrics(['shop']) }, … })
 */
export function httpMetrics<const Exporter extends string>(
  exportedBy: readonly Exporter[],
  { prefix = '', buckets = BUCKETS }: { prefix?: string; buckets?: readonly number[] } = {},
) {
  const labels = [
    oneOf('method', HTTP_METHODS),
    open('route', { atMost: 200 }),
    open('status_code', { atMost: 40 }),
  ] as const
  return {
    requests: counter({
      name: `${prefix}http_requests_total`,
      help: 'Requests that are over, by method, route and status; 499 is a client that left.',
      labels,
      exportedBy,
    }),
    duration: histogram({
      name: `${prefix}http_request_duration_seconds`,
      help: 'Time from the request to the last byte of its response.',
      unit: 'seconds',
      labels,
      buckets,
      exportedBy,
    }),
    inFlight: gauge({
      name: `${prefix}http_requests_in_flight`,
      help: 'Requests that are being answered.',
      aggregate: 'sum',
      exportedBy,
    }),
  }
}
