import { type Clock, systemClock } from '../../clock.ts'
import { failureOf } from './failure.ts'

/** The part of `fetch` that is recorded. */
export type Fetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** A service, and what is asked of it. */
export interface OutboundLabels {
  readonly target: string
  readonly operation: string
}

/** Pair by pair, so that the pairs are inferred from the duration alone. */
type AttemptLabels<Labels> = Labels extends unknown
  ? Labels & { readonly status_code: string }
  : never

/** The two metrics that are filled; handles of a catalogue fit. */
export interface OutboundMetrics<Labels extends OutboundLabels> {
  /** `status_code` is the code as digits, or one of `REQUEST_FAILURES`. */
  readonly attempts: {
    readonly with: (labels: AttemptLabels<Labels>) => { inc(): void }
  }
  /** In seconds, to the response's headers or to the failure. */
  readonly duration: {
    readonly with: (labels: Labels) => { observe(seconds: number): void }
  }
}

/** The operations of one service. */
export type OperationOf<
  Labels extends OutboundLabels,
  Target extends string,
> = Labels extends unknown ? (Target extends Labels['target'] ? Labels['operation'] : never) : never

export interface RecordFetchOptions<
  Labels extends OutboundLabels,
  Target extends Labels['target'] = Labels['target'],
> {
  /** The service, by the name it has in your configuration; never a host from input. */
  readonly target: Target
  readonly metrics: OutboundMetrics<Labels>
  /** @default the global fetch, looked up at each call */
  readonly fetch?: Fetch
  /** @default systemClock */
  readonly clock?: Clock
}

/**
 * Makes the recording `fetch` of each operation of a service. It takes and gives exactly what `fetch`
 * does, and throws what `fetch` threw. An attempt is counted when its headers arrive or when it
 * fails, so one with an unread body counts too; a retry is another attempt.
 *
 * @example
 * const github = recordFetch({ target: 'github', metrics: { attempts, duration } })
 * const response = await github('repo')('https://api.github.com/repos/honojs/hono', {
 *   signal: AbortSignal.timeout(5_000),
 * })
 */
export function recordFetch<Labels extends OutboundLabels, const Target extends Labels['target']>({
  target,
  metrics,
  fetch = (input, init) => globalThis.fetch(input, init),
  clock = systemClock,
}: RecordFetchOptions<Labels, Target>): (operation: OperationOf<Labels, Target>) => Fetch {
  return function forOperation(operation) {
    // The parameters allow no other pair than one of `Labels`.
    const labels = { target, operation } as unknown as Labels
    const duration = metrics.duration.with(labels)

    function settle(startedAt: number, status_code: string) {
      duration.observe(Math.max(0, clock.elapsed() - startedAt))
      metrics.attempts.with({ ...labels, status_code } as AttemptLabels<Labels>).inc()
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
