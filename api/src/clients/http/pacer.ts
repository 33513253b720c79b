import { pause } from './retry.ts'

/** Waits until the next request may start; throws the abort reason when `signal` fires first. */
export type Pacer = (signal?: AbortSignal) => Promise<void>

/**
 * Spreads the starts of requests evenly, so that a target's allowance is never exceeded, not even
 * by a burst. Requests may overlap: a slow answer does not lower the rate.
 *
 * @example
 * const pace = createPacer(300) // one start every 200 ms
 * await pace(signal)
 */
export function createPacer(requestsPerMinute: number): Pacer {
  const spacingMs = 60_000 / requestsPerMinute
  let nextStart = 0

  return async function pace(signal) {
    signal?.throwIfAborted()
    const now = performance.now()
    const start = Math.max(now, nextStart)
    nextStart = start + spacingMs
    if (start > now) await pause(start - now, signal)
  }
}
