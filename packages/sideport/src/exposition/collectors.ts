import { AsyncLocalStorage } from 'node:async_hooks'
import type { Family } from '../recording/index.ts'
import type { Deadline } from './single-flight.ts'
import { type Flight, singleFlight } from './single-flight.ts'

/** Brings metrics up to date when a scrape asks for them. */
interface Collector {
  readonly name: string
  /** What it fills; left out of a scrape in which it fails. */
  readonly families: readonly Family[]
  /** @param signal aborts when no scrape can wait for it any longer. */
  run(signal: AbortSignal): unknown
}

/** A collector or a foreign metric that gave no answer in time, or a wrong one. */
export interface Failure {
  readonly collector: string
  /** `recursion`: a collector read the metrics that it fills. */
  readonly reason: 'error' | 'timeout' | 'recursion'
  readonly error: unknown
}

/** Brings all collected families up to date, as far as the deadline allows. */
type Refreshing = (
  deadline: Deadline,
  failed: (failure: Failure) => void,
) => Promise<ReadonlySet<Family>>

export interface Collectors {
  add(collector: Collector): void
  /** Whether the current call comes from a collector. */
  isNested(): boolean
  /**
   * Runs them all side by side. Each scrape that waits for that is answered with the families of
   * those that failed it.
   */
  run(): Refreshing
  /** The same for the collectors of one family; resolves with whether it is fresh. */
  refresh(family: Family, deadline: Deadline, failed: (failure: Failure) => void): Promise<boolean>
}

/** In place of a run that would start itself again. */
const RECURSION: Flight<unknown> = {
  board: async () => ({
    failed: 'recursion',
    error: new Error('The collector reads the metrics that it fills'),
  }),
}

export function createCollectors(): Collectors {
  const entries: { collector: Collector; fly: () => Flight<unknown> }[] = []
  /** The collectors that the current call is part of. */
  const running = new AsyncLocalStorage<ReadonlySet<Collector>>()
  const isRunning = (collector: Collector) => running.getStore()?.has(collector) ?? false
  const run = (collector: Collector) => (signal: AbortSignal) =>
    running.run(new Set([...(running.getStore() ?? []), collector]), () => collector.run(signal))

  return {
    isNested: () => running.getStore() !== undefined,

    add(collector) {
      if (entries.some((entry) => entry.collector.name === collector.name)) {
        throw new Error(
          `There already is a collector named ${collector.name}; name this one differently.`,
        )
      }
      entries.push({ collector, fly: singleFlight(run(collector)) })
    },

    run() {
      const flights = entries.map(({ collector, fly }) => ({
        collector,
        flight: isRunning(collector) ? RECURSION : fly(),
      }))
      return async function refreshing(deadline, failed) {
        const stale = new Set<Family>()
        await Promise.all(
          flights.map(async ({ collector, flight }) => {
            const outcome = await flight.board(deadline)
            if (!('failed' in outcome)) return
            for (const family of collector.families) stale.add(family)
            failed({ collector: collector.name, reason: outcome.failed, error: outcome.error })
          }),
        )
        return stale
      }
    },

    async refresh(family, deadline, failed) {
      const mine = entries.filter(({ collector }) => collector.families.includes(family))
      const outcomes = await Promise.all(
        mine.map(async ({ collector, fly }) => {
          const outcome = await (isRunning(collector) ? RECURSION : fly()).board(deadline)
          if (!('failed' in outcome)) return true
          if (outcome.failed === 'recursion')
            failed({ collector: collector.name, reason: outcome.failed, error: outcome.error })
          return false
        }),
      )
      return outcomes.every(Boolean)
    },
  }
}
