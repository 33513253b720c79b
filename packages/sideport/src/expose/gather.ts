import type { Family } from '../record/index.ts'
import type { Collectors, Failure } from './collectors.ts'
import type { Deadline } from './deadline.ts'
import { type Outcome, singleFlight } from './flight.ts'
import type { ForeignFamily } from './foreign.ts'
import type { Registered, RegistryAdapter } from './registry.ts'

/** What a gathering found: our families by reference, foreign ones as snapshots. */
export type Gathered = readonly (Family | ForeignFamily)[]

/**
 * Makes the function that brings everything up to date for a scrape. It leaves out what failed or
 * hung, tells `failed`, and throws only when the registry itself cannot be read.
 */
export function createGatherer(
  registry: RegistryAdapter,
  collectors: Collectors,
  failed: (failure: Failure) => void,
): (deadline: Deadline) => Promise<Gathered> {
  const flights = new WeakMap<object, (deadline: Deadline) => Promise<Outcome<ForeignFamily>>>()

  const read = async (
    registered: Registered,
    deadline: Deadline,
    stale: Promise<ReadonlySet<Family>>,
  ): Promise<Gathered> => {
    if ('family' in registered)
      return (await stale).has(registered.family) ? [] : [registered.family]
    const { metric, name, get } = registered
    const fly = flights.get(metric) ?? singleFlight(get)
    flights.set(metric, fly)
    const outcome = await fly(deadline)
    if ('value' in outcome) return [outcome.value]
    failed({ collector: name, reason: outcome.failed, error: outcome.error })
    return []
  }

  return async (deadline) => {
    const stale = collectors.run(deadline, failed)
    const parts = registry.registered().map((registered) => read(registered, deadline, stale))
    return (await Promise.all(parts)).flat()
  }
}
