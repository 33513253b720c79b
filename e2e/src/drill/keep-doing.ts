import { setTimeout as pause } from 'node:timers/promises'

/**
 * Does something again and again until it is stopped or `ending` aborts. What fails is left out: a
 * drill breaks the very things it works with.
 *
 * @returns the way to stop it; resolves when the last turn is over.
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
