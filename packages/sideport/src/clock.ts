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

/**
 * The outcome of `work`, unless `seconds` pass first: then `signal`, which `work` was given, fires,
 * and what `work` does afterwards is ignored.
 *
 * @throws DOMException named `TimeoutError` when time is up; whatever `work` throws before that.
 */
export async function withDeadline<Result>(
  what: string,
  seconds: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  let callOff = () => {}
  const timeIsUp = new Promise<never>((_resolve, reject) => {
    callOff = clock.after(seconds, () => {
      const error = new DOMException(`${what}: no answer within ${seconds} s`, 'TimeoutError')
      reject(error)
      controller.abort(error)
    })
  })
  try {
    return await Promise.race([work(controller.signal), timeIsUp])
  } finally {
    callOff()
  }
}
