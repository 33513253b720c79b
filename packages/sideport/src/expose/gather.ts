import type { Family } from '../record/index.ts'
import type { Collectors, Failure } from './collectors.ts'
import type { Deadline } from './deadline.ts'
import { type Flight, singleFlight } from './flight.ts'
import type { ForeignFamily } from './foreign.ts'
import type { RegistryAdapter } from './registry.ts'

/** What a gathering found: our families by reference, foreign ones as snapshots. */
export type Gathered = readonly (Family | ForeignFamily)[]

/** Waits for what is being gathered, and leaves out what is not there at the deadline. */
export type Gathering = (deadline: Deadline) => Promise<Gathered>

/**
 * Makes the function that begins to bring everything up to date; any number of scrapes may wait for
 * that. What failed or hung is left out and told to `failed`, once for each of them.
 *
 * @returns a function that throws when the registry itself cannot be read.
 */
export function createGatherer(
  registry: RegistryAdapter,
  collectors: Collectors,
  failed: (failure: Failure) => void,
): () => Gathering {
  const foreign = new WeakMap<object, () => Flight<ForeignFamily>>()

  const flightOf = (metric: object, get: () => Promise<ForeignFamily>) => {
    const fly = foreign.get(metric) ?? singleFlight(get)
    foreign.set(metric, fly)
    return fly()
  }

  return function begin() {
    const registered = registry.registered()
    const refreshing = collectors.run()
    const parts = registered.map((one) =>
      'family' in one ? one : { name: one.name, flight: flightOf(one.metric, one.get) },
    )
    return async function gathering(deadline) {
      const stale = refreshing(deadline, failed)
      const found = parts.map(async (part): Promise<Gathered> => {
        if ('family' in part) return (await stale).has(part.family) ? [] : [part.family]
        const outcome = await part.flight.board(deadline)
        if ('value' in outcome) return [outcome.value]
        failed({ collector: part.name, reason: outcome.failed, error: outcome.error })
        return []
      })
      return (await Promise.all(found)).flat()
    }
  }
}
