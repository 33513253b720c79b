import { setTimeout as pause } from 'node:timers/promises'
import type { Event } from './event.ts'

const EVERY_MS = 2_000

export type Watch = {
  /** Looks now, and reports changes before it resolves. */
  readonly look: () => Promise<void>
  /** Looks repeatedly until `signal` aborts, and one last time then. */
  readonly until: (signal: AbortSignal) => Promise<void>
}

/**
 * Reports each event once. A look that fails is no event: a service that is down is reported
 * elsewhere.
 */
export function createWatch(
  looks: readonly (() => Promise<Event[]>)[],
  tell: (event: Event) => void,
): Watch {
  let last = Promise.resolve()

  async function lookOnce(): Promise<void> {
    const seen = await Promise.allSettled(looks.map((look) => look()))
    for (const look of seen) if (look.status === 'fulfilled') look.value.forEach(tell)
  }

  /** In sequence: two looks at the same time would find the same changes. */
  function look(): Promise<void> {
    last = last.then(lookOnce)
    return last
  }

  async function until(signal: AbortSignal): Promise<void> {
    for (let isLast = false; !isLast; ) {
      isLast = signal.aborted
      await look()
      if (!signal.aborted) await pause(EVERY_MS, undefined, { signal }).catch(() => {})
    }
  }

  return { look, until }
}
