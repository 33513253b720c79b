import { performance } from 'node:perf_hooks'

/** Where time comes from. Injected, so that a test moves time instead of waiting for it. */
export interface Clock {
  /** The instant in Unix seconds, by the wall clock; it may step backwards. */
  readonly now: () => number
  /** Seconds since some fixed moment, by the monotonic clock; only differences mean anything. */
  readonly elapsed: () => number
  /** Calls `action` once `seconds` have passed, and answers with the way to call that off. */
  readonly after: (seconds: number, action: () => void) => () => void
}

/** The machine's own clocks. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => Date.now() / 1000,
  elapsed: () => performance.now() / 1000,
  after(seconds, action) {
    const timer = setTimeout(action, seconds * 1000)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
