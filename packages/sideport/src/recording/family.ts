import type { Definition, LabelSet } from '../catalogue/index.ts'
import { createDomain } from './domain.ts'
import type { Series, SeriesContext } from './series.ts'
import { CounterSeries, createSlots, GaugeSeries, HistogramSeries } from './series.ts'

/** All series of one metric. */
export interface Family {
  readonly definition: Definition
  /** In the order of creation; the place of a removed series goes to the next new one. */
  readonly series: readonly Series[]
  /** The series of a label set, made on first use; outside its domain, the one it is folded into. */
  find(labels: LabelSet): Series
  /** Removes the series of a label set and frees its places; whether there was one. */
  remove(labels: LabelSet): boolean
}

/** What a family reports about itself; both are called on the slow path only. */
export interface FamilyHooks {
  readonly now: () => number
  readonly refused: (metric: string) => void
  readonly dropped: (metric: string) => void
  /** Characters of a label value; longer ones are cut. */
  readonly maxLabelLength: number
}

/** One level of the lookup: label value → next level, or → the series at the last. */
type Level = Map<string | undefined, Level | Series>

/**
 * Builds the storage of a metric. A series is found by walking one Map a label, so no key string is
 * built and two label sets never meet: `{a:"x,b:y"}` and `{a:"x",b:"y"}` take different paths.
 */
export function createFamily(definition: Definition, hooks: FamilyHooks): Family {
  const names = definition.labels.flatMap((dimension) => dimension.names)
  const domain = createDomain(definition.labels, {
    maxSeries: definition.maxSeries,
    maxLabelLength: hooks.maxLabelLength,
  })
  const make = seriesMaker(definition, {
    now: hooks.now,
    refused: () => hooks.refused(definition.name),
  })
  const series: Series[] = []
  /** Indices of removed series that no new one has taken yet. */
  const removed: number[] = []
  const root: Level = new Map()

  const lookUp = (labels: LabelSet): Series | undefined => {
    let level: Level | Series | undefined = root
    for (let at = 0; at < names.length; at++) {
      level = (level as Level).get(labels[names[at] as string])
      if (level === undefined) return undefined
    }
    return level as Series
  }

  const lookUpSafely = (labels: LabelSet): Series | undefined => {
    try {
      return lookUp(labels)
    } catch {
      return undefined
    }
  }

  const add = (labels: LabelSet): Series => {
    const made = make(labels)
    const free = removed.pop()
    if (free === undefined) series.push(made)
    else series[free] = made
    let level = root
    for (const name of names.slice(0, -1)) {
      const next = (level.get(labels[name]) as Level | undefined) ?? new Map()
      level.set(labels[name], next)
      level = next
    }
    level.set(labels[names.at(-1) as string], made)
    return made
  }

  for (const labels of domain.known) add(labels)

  return {
    definition,
    series,
    find(labels) {
      if (names.length === 0) return series[0] as Series
      try {
        const known = lookUp(labels)
        if (known) return known
        const count = series.length - removed.length
        const admitted = domain.admit(labels, count, () => hooks.dropped(definition.name))
        const other = lookUp(admitted)
        if (other) domain.release(admitted)
        return other ?? add(admitted)
      } catch {
        // A getter of the caller threw.
        hooks.dropped(definition.name)
        return lookUp(domain.overflow) ?? add(domain.overflow)
      }
    },
    remove(labels) {
      if (names.length === 0) return false
      const found = lookUpSafely(labels)
      const index = found === undefined ? -1 : series.indexOf(found)
      if (found === undefined || index < 0) return false
      prune(root, found.labels, names)
      domain.release(found.labels)
      found.detach()
      removed.push(index)
      return true
    },
  }
}

/** Takes a series out of the lookup, with the levels that become empty. */
function prune(level: Level, labels: LabelSet, [name, ...names]: readonly string[]): void {
  if (name === undefined) return
  const next = level.get(labels[name])
  if (names.length > 0 && next instanceof Map) prune(next, labels, names)
  if (names.length === 0 || (next instanceof Map && next.size === 0)) level.delete(labels[name])
}

function seriesMaker(definition: Definition, context: SeriesContext): (labels: LabelSet) => Series {
  switch (definition.type) {
    case 'counter': {
      const slots = createSlots(1)
      return (labels) => new CounterSeries(labels, slots(), context)
    }
    case 'gauge': {
      const slots = createSlots(1)
      const initial = definition.initially === 'zero' ? 0 : Number.NaN
      return (labels) => new GaugeSeries(labels, slots(), context, initial)
    }
    case 'histogram': {
      const edges = Float64Array.from(definition.buckets)
      const slots = createSlots(edges.length + 2)
      return (labels) => new HistogramSeries(labels, slots(), context, edges)
    }
  }
}
