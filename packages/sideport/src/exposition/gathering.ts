import { exposedNames } from '../catalogue/collisions.ts'
import type { LabelSet } from '../catalogue/index.ts'
import type { Clock } from '../clock.ts'
import type { Collectors, Failure } from './collectors.ts'
import type { ForeignFamily } from './foreign.ts'
import { type Format, OPEN_METRICS, TEXT } from './format.ts'
import type { Gathered } from './printers.ts'
import type { RegistryAdapter } from './registry.ts'
import type { Deadline } from './single-flight.ts'
import { createDeadline, type Flight, singleFlight } from './single-flight.ts'
import { createRenderer, createTurns } from './writer.ts'

/** Waits for what is being gathered, and leaves out what is not there at the deadline. */
export type Gathering = (deadline: Deadline) => Promise<Gathered>

/**
 * Makes the function that begins to bring everything up to date; any number of scrapes may wait for
 * that. What failed or hung is left out and reported to `failed`, once each.
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
      return withoutClashes((await Promise.all(found)).flat(), failed)
    }
  }
}

/** Leaves out foreign metrics whose names another one has in the exposition: they would cost the scrape. */
function withoutClashes(gathered: Gathered, failed: (failure: Failure) => void): Gathered {
  const own = gathered.flatMap((one) => ('definition' in one ? [one.definition] : []))
  const owners = new Map(own.flatMap((one) => exposedNames(one).map((name) => [name, one.name])))
  return gathered.filter((one) => {
    if ('definition' in one) return true
    const names = exposedNames(one)
    const taken = names.find((name) => owners.has(name))
    if (taken === undefined) {
      for (const name of names) owners.set(name, one.name)
      return true
    }
    const error = new Error(`${one.name} appears as ${taken}, and so does ${owners.get(taken)}`)
    failed({ collector: one.name, reason: 'error', error })
    return false
  })
}

/** Answers scrapes; those that come at the same time share the gathering, each with its own deadline. */
export interface Exposition {
  /**
   * Resolves when everything is gathered; the text is written as it is read.
   *
   * @param collectionTime how long collectors may take for this scraper, in seconds.
   * @param done called with the number of sample lines once the text is complete.
   * @throws Error when nothing could be gathered.
   */
  render(
    format: Format,
    collectionTime: number,
    done: (lines: number) => void,
  ): Promise<AsyncGenerator<Buffer, void>>
}

export function createExposition(
  begin: () => Gathering,
  isNested: () => boolean,
  constant: LabelSet,
  clock: Clock,
): Exposition {
  const turn = createTurns()
  const renderers = new Map(
    [TEXT, OPEN_METRICS].map((format) => [format, createRenderer(format, constant, turn)]),
  )
  /** The gathering in progress, while a scrape waits for it. */
  let round:
    | { readonly gathering: Gathering; readonly begunAt: number; waiting: number }
    | undefined

  /**
   * Starts a new gathering once the current one is older than this scrape's timeout. Otherwise
   * overlapping scrapes could reuse stale values for as long as a collector hangs.
   */
  function roundFor(collectionTime: number) {
    const now = clock.elapsed()
    // A scrape by a collector must not wait for the round that waits for the collector.
    if (isNested()) return { gathering: begin(), begunAt: now, waiting: 0 }
    if (round && now - round.begunAt < collectionTime) return round
    round = { gathering: begin(), begunAt: now, waiting: 0 }
    return round
  }

  async function gather(collectionTime: number) {
    const joined = roundFor(collectionTime)
    const deadline = createDeadline(collectionTime, clock)
    joined.waiting++
    try {
      return await joined.gathering(deadline)
    } finally {
      deadline.clear()
      joined.waiting--
      if (joined.waiting === 0 && round === joined) round = undefined
    }
  }

  return {
    async render(format, collectionTime, done) {
      const render = renderers.get(format) ?? createRenderer(format, constant, turn)
      return render(await gather(collectionTime), done)
    },
  }
}
