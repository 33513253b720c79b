import type { Exemplar } from '../record/index.ts'
import type { HttpMethod } from './methods.ts'

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
  /** In seconds, to the last byte of the response or to the hang-up. */
  readonly duration: {
    readonly with: (labels: HttpLabels) => { observe(seconds: number, exemplar?: Exemplar): void }
  }
  readonly inFlight: { inc(): void; dec(): void }
}

/** The route of a request that no handler was there for. */
export const UNMATCHED = 'unmatched'
