import { DEFAULT_MAX_SERIES } from '../catalogue/definition.ts'
import type { Dimension, LabelSet } from '../catalogue/index.ts'

/** Decides which series a new label set belongs to. */
export interface Domain {
  /** The label sets that exist from the first scrape on. */
  readonly known: readonly LabelSet[]
  /**
   * The label set to record under. Values outside their domain become the dimension's `otherwise`
   * and `dropped` is called once per label set.
   */
  admit(labels: LabelSet, seriesCount: number, dropped: () => void): LabelSet
}

/** Builds the domain of a metric from its dimensions. */
export function createDomain(
  dimensions: readonly Dimension[],
  maxSeries = DEFAULT_MAX_SERIES,
): Domain {
  const members = dimensions.map((dimension) => ({
    ...dimension,
    admitted: new Set(dimension.known.map((set) => keyOf(dimension, set))),
  }))

  return {
    known: dimensions.reduce<LabelSet[]>(
      (sets, { known }) => sets.flatMap((set) => known.map((values) => ({ ...set, ...values }))),
      [{}],
    ),

    admit(labels, seriesCount, dropped) {
      const full = seriesCount >= maxSeries
      let folded = false
      const admitted: Record<string, string> = {}
      for (const member of members) {
        const key = keyOf(member, labels)
        const mayGrow = member.atMost !== undefined && !full && member.admitted.size < member.atMost
        const welcome =
          member.atMost === undefined || !full
            ? member.admitted.has(key) || (mayGrow && isText(labels, member))
            : false
        if (welcome) member.admitted.add(key)
        else folded ||= key !== keyOf(member, otherwise(member))
        Object.assign(admitted, welcome ? pick(member, labels) : otherwise(member))
      }
      if (folded) dropped()
      return admitted
    },
  }
}

const keyOf = ({ names }: Dimension, labels: LabelSet) =>
  JSON.stringify(names.map((name) => labels[name]))

/** Half a surrogate pair is no text: written as UTF-8, different ones would become the same. */
const isText = (labels: LabelSet, { names }: Dimension) =>
  names.every((name) => {
    const value: unknown = labels[name]
    return typeof value === 'string' && !/\p{Surrogate}/u.test(value)
  })

const pick = ({ names }: Dimension, labels: LabelSet) =>
  Object.fromEntries(names.map((name) => [name, labels[name]]))

const otherwise = ({ names, otherwise }: Dimension): LabelSet =>
  Object.fromEntries(names.map((name) => [name, otherwise]))
