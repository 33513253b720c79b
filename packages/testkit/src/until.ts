import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'

/**
 * How long to wait and how often to look, in milliseconds.
 * `signal` ends the wait early, with its reason.
 */
export type Patience = {
  readonly withinMs: number
  readonly everyMs?: number
  readonly signal?: AbortSignal
}

/**
 * Repeats `attempt` until it returns something other than `undefined` or `false`, and returns that.
 * A thrown error counts as "not yet"; the last one is named when time is up.
 *
 * @throws Error naming `what`, the time that passed and the last problem.
 */
export async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined | false> | T | undefined | false,
  { withinMs, everyMs = 100, signal }: Patience,
): Promise<T> {
  const deadline = performance.now() + withinMs
  let lastProblem = ''
  for (;;) {
    signal?.throwIfAborted()
    try {
      const found = await attempt()
      if (found !== undefined && found !== false) return found
    } catch (error) {
      lastProblem = error instanceof Error ? error.message : String(error)
    }
    if (performance.now() >= deadline) {
      const reason = lastProblem === '' ? '' : `: ${lastProblem}`
      throw new Error(`${what}: not within ${Math.round(withinMs / 1000)} s${reason}`)
    }
    await pause(everyMs)
  }
}
