import { setTimeout as wait } from 'node:timers/promises'
import type { FakesClient } from '@verifluence/fakes'
import type { Random } from '@verifluence/testkit'
import type { Day } from './day.ts'

/** State shared by all actors; each actor has its own `random`. */
export type Simulation = {
  readonly apiUrl: string
  readonly fakes: FakesClient
  readonly day: Day
  readonly random: Random
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  /** Runs `action`; while the api or the fakes are down it waits and tries again. */
  readonly attempt: (act: () => Promise<void>) => Promise<void>
}

const longestPause = 15_000

/** Attempts of one actor: each failure in a row doubles the pause; only the first is logged. */
export function createAttempt(
  signal: AbortSignal,
  say: (line: string) => void,
): Simulation['attempt'] {
  let failures = 0
  return async (act) => {
    try {
      await act()
      failures = 0
    } catch (error) {
      if (signal.aborted) return
      failures += 1
      if (failures === 1) say(`has to wait: ${error instanceof Error ? error.message : error}`)
      const pause = Math.min(1000 * 2 ** failures, longestPause)
      await wait(pause, undefined, { signal }).catch(() => undefined)
    }
  }
}
