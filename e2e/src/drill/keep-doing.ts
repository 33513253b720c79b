import { setTimeout as pause } from 'node:timers/promises'

/**
 * Repeats `turn` until it is stopped or `ending` aborts. Errors are ignored, as a
 * drill breaks what it works with.
 *
 * @returns a function that stops it and resolves when the last turn has ended.
 */
export function keepDoing(
  everyMs: number,
  ending: AbortSignal,
  turn: () => Promise<unknown>,
): () => Promise<void> {
  const stopped = new AbortController()
  const signal = AbortSignal.any([ending, stopped.signal])
  const work = async () => {
    while (!signal.aborted) {
      const next = pause(everyMs, undefined, { signal }).catch(() => {})
      await turn().catch(() => {})
      await next
    }
  }
  const working = work()
  return async () => {
    stopped.abort()
    await working
  }
}
