import { setTimeout as sleep } from 'node:timers/promises'
import { isTransient, RefusedError } from './errors.ts'

/** How often and how patiently a call is tried again. */
export interface RetryPolicy {
  /** Tries in all, the first included. */
  readonly attempts: number
  /** The upper bound of the first pause; it doubles with every further one. */
  readonly firstPauseMs: number
  /** No pause is longer. A target that asks for a longer one is not asked again. */
  readonly longestPauseMs: number
}

/** For calls that may be repeated without harm. */
export const PATIENT: RetryPolicy = { attempts: 4, firstPauseMs: 500, longestPauseMs: 20_000 }

/** For calls that another run will repeat anyway, or that must not be sent twice. */
export const ONCE: RetryPolicy = { attempts: 1, firstPauseMs: 0, longestPauseMs: 0 }

/**
 * Tries until it works, the error is not worth a retry, or the policy is exhausted. Only 429, 5xx
 * and network failures are worth one. Pauses grow exponentially with full jitter, so that many
 * callers hit by one outage do not come back in step; `Retry-After` outranks them.
 *
 * @throws the last attempt's error; the abort reason when `signal` fires during a pause.
 */
export async function withRetries<T>(
  policy: RetryPolicy,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await attempt()
    } catch (error) {
      signal?.throwIfAborted()
      if (tried >= policy.attempts || !isTransient(error)) throw error
      const asked = error instanceof RefusedError ? error.retryAfterMs : undefined
      if (asked !== undefined && asked > policy.longestPauseMs) throw error
      await pause(asked ?? jittered(policy, tried), signal)
    }
  }
}

/** Waits, or throws the abort reason at once when `signal` fires. */
export async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal && { signal }).catch((error) => {
    signal?.throwIfAborted()
    throw error
  })
}

/**
 * How long a `Retry-After` header asks to wait: seconds or an HTTP date.
 *
 * @returns milliseconds, or `undefined` when the header is absent or makes no sense.
 */
export function retryAfterMs(headers: Headers, now: number = Date.now()): number | undefined {
  const value = headers.get('retry-after')?.trim()
  if (!value) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  const instant = Date.parse(value)
  return Number.isNaN(instant) ? undefined : Math.max(0, instant - now)
}

function jittered(policy: RetryPolicy, tried: number): number {
  return Math.random() * Math.min(policy.longestPauseMs, policy.firstPauseMs * 2 ** (tried - 1))
}

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
