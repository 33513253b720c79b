import { setTimeout as pause } from 'node:timers/promises'

/**
 * Looks again and again until `look` answers with something, and gives that back.
 *
 * @throws Error naming `what` when it takes longer than `seconds`.
 */
export async function until<Found>(
  what: string,
  look: () => Found | undefined | false | Promise<Found | undefined | false>,
  seconds = 10,
): Promise<Found> {
  const deadline = performance.now() + seconds * 1_000
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
    if (performance.now() > deadline) throw new Error(`${what}: not within ${seconds} s`)
    await pause(10)
  }
}
