import type { Family } from '../record/index.ts'
import type { Deadline } from './deadline.ts'
import { type Outcome, singleFlight } from './flight.ts'

/** Brings metrics up to date when a scrape asks for them. */
interface Collector {
  readonly name: string
  /** What it fills; left out of a scrape in which it fails. */
  readonly families: readonly Family[]
  /** @param signal aborts when the scrape can wait no longer. */
  run(signal: AbortSignal): unknown
}

/** A collector or a foreign metric that gave no answer in time, or a wrong one. */
export interface Failure {
  readonly collector: string
  readonly reason: 'error' | 'timeout'
  readonly error: unknown
}

export interface Collectors {
  add(collector: Collector): void
  /** Runs them all side by side; resolves with the families of those that failed. */
  run(deadline: Deadline, failed: (failure: Failure) => void): Promise<ReadonlySet<Family>>
  /** The same for the collectors of one family; resolves with whether it is fresh. */
  refresh(family: Family, deadline: Deadline): Promise<boolean>
}

export function createCollectors(): Collectors {
  const entries: {
    collector: Collector
    fly: (deadline: Deadline) => Promise<Outcome<unknown>>
  }[] = []

  return {
    add(collector) {
      if (entries.some((entry) => entry.collector.name === collector.name)) {
        throw new Error(
          `There already is a collector named ${collector.name}; name this one differently.`,
        )
      }
      entries.push({ collector, fly: singleFlight(collector.run) })
    },

    async run(deadline, failed) {
      const stale = new Set<Family>()
      await Promise.all(
        entries.map(async ({ collector, fly }) => {
          const outcome = await fly(deadline)
          if (!('failed' in outcome)) return
          for (const family of collector.families) stale.add(family)
          failed({ collector: collector.name, reason: outcome.failed, error: outcome.error })
        }),
      )
      return stale
    },

    async refresh(family, deadline) {
      const mine = entries.filter(({ collector }) => collector.families.includes(family))
      const outcomes = await Promise.all(mine.map(({ fly }) => fly(deadline)))
      return outcomes.every((outcome) => !('failed' in outcome))
    },
  }
}
