import type { IncomingMessage } from 'node:http'
import type { Exemplar } from '../../recording/index.ts'
import type { HttpMethod, HttpMetrics } from './metrics.ts'

/** A finished request, as it is counted. */
interface Finished {
  readonly route: string
  readonly method: HttpMethod
  readonly startedAt: number
}

/** Counts a finished request; instants are seconds of the monotonic clock. */
export type Tally = (
  finished: Finished,
  status: number,
  endedAt: number,
  incoming?: IncomingMessage,
) => void

/** The two series of a label set, side by side. */
interface Pair {
  readonly requests: ReturnType<HttpMetrics['requests']['with']>
  readonly duration: ReturnType<HttpMetrics['duration']['with']>
  exemplarDue: number
}

/** An exemplar costs more than the counting itself, and Prometheus keeps one a scrape at most. */
const SECONDS_BETWEEN_EXEMPLARS = 1

/**
 * Finds the series of a request by three Maps on values it has at hand, so that counting builds no
 * string and allocates nothing. The label set is spelled out once, when its first request is over.
 */
export function createTally(
  { requests, duration }: Omit<HttpMetrics, 'inFlight'>,
  exemplar?: (incoming: IncomingMessage) => Exemplar | undefined,
): Tally {
  const routes = new Map<string, Map<HttpMethod, Map<number, Pair>>>()

  function makePair({ route, method }: Finished, status: number): Pair {
    const labels = { method, route, status_code: String(status) }
    const pair = {
      requests: requests.with(labels),
      duration: duration.with(labels),
      exemplarDue: -Infinity,
    }
    const methods = routes.get(route) ?? new Map<HttpMethod, Map<number, Pair>>()
    const statuses = methods.get(method) ?? new Map<number, Pair>()
    routes.set(route, methods.set(method, statuses.set(status, pair)))
    return pair
  }

  function exemplarFor(pair: Pair, endedAt: number, incoming: IncomingMessage) {
    pair.exemplarDue = endedAt + SECONDS_BETWEEN_EXEMPLARS
    try {
      return exemplar?.(incoming)
    } catch {
      return undefined
    }
  }

  return function count(finished, status, endedAt, incoming) {
    const pair =
      routes.get(finished.route)?.get(finished.method)?.get(status) ?? makePair(finished, status)
    const pointer =
      exemplar && incoming && endedAt >= pair.exemplarDue
        ? exemplarFor(pair, endedAt, incoming)
        : undefined
    pair.requests.inc(1, pointer)
    pair.duration.observe(Math.max(0, endedAt - finished.startedAt), pointer)
  }
}
