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
  readonly reason: 'error' | 'timeout'
  readonly error: unknown
}

/** Brings all collected families up to date, as far as the deadline allows. */
type Refreshing = (
  deadline: Deadline,
  failed: (failure: Failure) => void,
) => Promise<ReadonlySet<Family>>

export interface Collectors {
  add(collector: Collector): void
  /**
   * Runs them all side by side. Each scrape that waits for that is answered with the families of
   * those that failed it.
   */
  run(): Refreshing
  /** The same for the collectors of one family; resolves with whether it is fresh. */
  refresh(family: Family, deadline: Deadline): Promise<boolean>
}

export function createCollectors(): Collectors {
  const entries: { collector: Collector; fly: () => Flight<unknown> }[] = []

  return {
    add(collector) {
      if (entries.some((entry) => entry.collector.name === collector.name)) {
        throw new Error(
          `There already is a collector named ${collector.name}; name this one differently.`,
        )
      }
      entries.push({ collector, fly: singleFlight(collector.run) })
    },

    run() {
      const flights = entries.map(({ collector, fly }) => ({ collector, flight: fly() }))
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

    async refresh(family, deadline) {
      const mine = entries.filter(({ collector }) => collector.families.includes(family))
      const outcomes = await Promise.all(mine.map(({ fly }) => fly().board(deadline)))
      return outcomes.every((outcome) => !('failed' in outcome))
    },
  }
}
