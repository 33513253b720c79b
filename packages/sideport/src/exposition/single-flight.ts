import type { Clock } from '../clock.ts'

/** What a scraper that does not say it waits for: Prometheus' default `scrape_timeout`. */
const DEFAULT_TIMEOUT_SECONDS = 10

/** The header may come from any client: a shorter timeout would stop every collector. */
const LEAST_TIMEOUT_SECONDS = 0.5

/** The share of the scrape timeout that collectors get; the rest is for writing and the network. */
const SHARE = 0.8

/**
 * How long collectors may take, in seconds, by the scraper's header
 * `X-Prometheus-Scrape-Timeout-Seconds`.
 */
export function collectionTime(scrapeTimeoutSeconds: string | undefined): number {
  const timeout = Number(scrapeTimeoutSeconds)
  const isTimeout = timeout > 0 && timeout < 3_600
  return (isTimeout ? Math.max(timeout, LEAST_TIMEOUT_SECONDS) : DEFAULT_TIMEOUT_SECONDS) * SHARE
}

/** How long one scraper waits. */
export interface Deadline {
  readonly seconds: number
  /** When the waiting began, by the monotonic clock. */
  readonly begunAt: number
  /** Resolves when the deadline passes. */
  readonly passed: Promise<void>
  clear(): void
}

/** Starts a deadline that passes in `seconds`. */
export function createDeadline(seconds: number, clock: Clock): Deadline {
  const begunAt = clock.elapsed()
  let clear = () => {}
  const passed = new Promise<void>((resolve) => {
    clear = clock.after(seconds, resolve)
  })
  return { seconds, begunAt, passed, clear: () => clear() }
}

/** How one run of a collector ended, as seen by a scrape. */
type Outcome<Value> =
  | { readonly value: Value }
  | { readonly failed: 'error' | 'timeout' | 'recursion'; readonly error: unknown }

/** One run, for which any number of scrapes wait. */
export interface Flight<Value> {
  /** Waits for the run to end, but not beyond the deadline. Never throws. */
  board(deadline: Deadline): Promise<Outcome<Value>>
}

type Run<Value> = (signal: AbortSignal) => Value | Promise<Value>

/**
 * Makes a function safe to run on every scrape: it never throws and never runs twice at a time.
 * Concurrent scrapes wait for the same run, each until its own deadline; after the last deadline the
 * run is aborted. A scrape does not wait for a run older than its own timeout.
 *
 * @returns what to call for the run under way, or a new one.
 */
export function singleFlight<Value>(run: Run<Value>): () => Flight<Value> {
  let flight: Flight<Value> | undefined
  return () => {
    flight ??= takeOff(run, () => {
      flight = undefined
    })
    return flight
  }
}

function takeOff<Value>(run: Run<Value>, landed: () => void): Flight<Value> {
  const controller = new AbortController()
  const { signal } = controller
  let waiting = 0
  let over = false
  let begunAt: number | undefined
  const outcome = settle(run, signal).finally(() => {
    over = true
    landed()
  })
  return {
    async board({ begunAt: boardedAt, seconds, passed }) {
      begunAt ??= boardedAt
      // Who would have given it up by now if it had been there from the start does not wait either:
      // scrapes that overlap would carry a run that hangs on for ever.
      if (!over && boardedAt - begunAt >= seconds) {
        return { failed: 'timeout', error: new Error('The run before this one still hangs') }
      }
      waiting++
      const late = passed.then((): Outcome<Value> => {
        const error = new Error('The scrape could not wait longer')
        waiting--
        if (waiting === 0 && !over) controller.abort(error)
        return { failed: 'timeout', error }
      })
      return Promise.race([outcome, late])
    },
  }
}

async function settle<Value>(run: Run<Value>, signal: AbortSignal): Promise<Outcome<Value>> {
  try {
    return { value: await run(signal) }
  } catch (error) {
    return { failed: signal.aborted ? 'timeout' : 'error', error }
  }
}
