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
