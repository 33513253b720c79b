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

/** The route of a request that no handler was there for. */
export const UNMATCHED = 'unmatched'
