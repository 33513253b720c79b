import { setTimeout as pause } from 'node:timers/promises'
import type { Event } from './event.ts'

const EVERY_MS = 2_000

/**
 * Looks again and again until `signal` aborts, and one last time then; tells each event once. A look
 * that fails is no event: the part it asks may be down, and that is told elsewhere.
 */
export async function watch(
  looks: readonly (() => Promise<Event[]>)[],
  tell: (event: Event) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let isLast = false; !isLast; ) {
    isLast = signal.aborted
    const seen = await Promise.allSettled(looks.map((look) => look()))
    for (const look of seen) if (look.status === 'fulfilled') look.value.forEach(tell)
    if (!signal.aborted) await pause(EVERY_MS, undefined, { signal }).catch(() => {})
  }
}
