import { type Clock, systemClock } from '../clock.ts'
import { failureOf } from './failure.ts'

/** The part of `fetch` that is recorded. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** The two metrics that are filled; handles of a catalogue fit. */
export interface OutboundMetrics<Target extends string, Operation extends string> {
  /** `status_code` is the code as digits, or one of `REQUEST_FAILURES`. */
  readonly attempts: {
    readonly with: (labels: { target: Target; operation: Operation; status_code: string }) => {
      inc(): void
    }
  }
  /** In seconds, to the response's headers or to the failure. */
  readonly duration: {
    readonly with: (labels: { target: Target; operation: Operation }) => {
      observe(seconds: number): void
    }
  }
}

export interface RecordFetchOptions<Target extends string, Operation extends string> {
  /** The service, by the name it has in your configuration; never a host from input. */
  readonly target: Target
  readonly metrics: OutboundMetrics<Target, Operation>
  /** @default the global fetch, looked up at each call */
  readonly fetch?: Fetch
  /** @default systemClock */
  readonly clock?: Clock
}

/**
 * Makes the recording `fetch` of each operation of a service. It takes and gives exactly what `fetch`
 * does, and throws what `fetch` threw. An attempt is counted when its headers arrive or when it
 * fails, so one whose body nobody reads counts too; a retry is another attempt.
 *
 * @example
 * const github = recordFetch({ target: 'github', metrics: { attempts, duration } })
 * const response = await github('repo')('https://api.github.com/repos/honojs/hono', {
 *   signal: AbortSignal.timeout(5_000),
 * })
 */
export function recordFetch<const Target extends string, const Operation extends string>({
  target,
  metrics,
  fetch = (input, init) => globalThis.fetch(input, init),
  clock = systemClock,
}: RecordFetchOptions<Target, Operation>): (operation: Operation) => Fetch {
  return function forOperation(operation) {
    const duration = metrics.duration.with({ target, operation })

    function settle(startedAt: number, status_code: string) {
      duration.observe(Math.max(0, clock.elapsed() - startedAt))
      metrics.attempts.with({ target, operation, status_code }).inc()
    }

    return async function recordedFetch(input, init) {
      const startedAt = clock.elapsed()
      try {
        const response = await fetch(input, init)
        settle(startedAt, String(response.status))
        return response
      } catch (error) {
        const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined)
        settle(startedAt, failureOf(error, signal))
        throw error
      }
    }
  }
}
