import type { Clock } from '../clock.ts'

/** What a scraper that does not say it waits for: Prometheus' default `scrape_timeout`. */
const DEFAULT_TIMEOUT_SECONDS = 10

/** The share of the scrape timeout that collectors get; the rest is for writing and the network. */
const SHARE = 0.8

/**
 * How long collectors may take, in seconds, by the scraper's header
 * `X-Prometheus-Scrape-Timeout-Seconds`.
 */
export function collectionTime(scrapeTimeoutSeconds: string | undefined): number {
  const told = Number(scrapeTimeoutSeconds)
  return (told > 0 && told < 3_600 ? told : DEFAULT_TIMEOUT_SECONDS) * SHARE
}

/** The end of a gathering that several scrapers wait for: as early as the most impatient needs it. */
export interface Deadline {
  /** Aborts when the deadline passes, for collectors that can be interrupted. */
  readonly signal: AbortSignal
  /** Resolves when the deadline passes. */
  readonly passed: Promise<void>
  bringForward(seconds: number): void
  clear(): void
}

/** Starts a deadline that passes in `seconds`, or sooner when brought forward. */
export function createDeadline(seconds: number, clock: Clock): Deadline {
  const controller = new AbortController()
  let at = Infinity
  let callOff = () => {}
  let pass = () => {}
  const passed = new Promise<void>((resolve) => {
    pass = () => {
      controller.abort(new Error('The scrape could not wait longer'))
      resolve()
    }
  })
  const bringForward = (seconds: number) => {
    const wanted = clock.elapsed() + seconds
    if (wanted >= at) return
    at = wanted
    callOff()
    callOff = clock.after(seconds, pass)
  }
  bringForward(seconds)
  return { signal: controller.signal, passed, bringForward, clear: () => callOff() }
}
