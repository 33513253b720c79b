import { DEFAULT_MAX_SERIES } from '../catalogue/definition.ts'
import type { Dimension, LabelSet } from '../catalogue/index.ts'
import { RESERVED } from '../catalogue/labels.ts'

/** Decides which series a new label set belongs to. */
export interface Domain {
  /** The label sets that exist from the first scrape on. */
  readonly known: readonly LabelSet[]
  /** The label set of everything outside the domain. */
  readonly overflow: LabelSet
  /**
   * The label set to record under, of strings only. Values outside their domain become the dimension's
   * `otherwise`, too long ones are cut, and `dropped` is called once per label set.
   */
  admit(labels: LabelSet, seriesCount: number, dropped: () => void): LabelSet
  /** Gives back the places that a series took in its open labels. */
  release(labels: LabelSet): void
}

/** What bounds a domain besides its dimensions. */
export interface DomainLimits {
  readonly maxSeries?: number | undefined
  /** Characters of a label value; longer ones are cut. */
  readonly maxLabelLength: number
}

/** Builds the domain of a metric from its dimensions. */
export function createDomain(
  dimensions: readonly Dimension[],
  { maxSeries = DEFAULT_MAX_SERIES, maxLabelLength }: DomainLimits,
): Domain {
  const members = dimensions.map((dimension) => ({
    ...dimension,
    listed: new Set(dimension.known.map((set) => keyOf(dimension, set))),
    /** Series by the value that took a place at run time. */
    taken: new Map<string, number>(),
  }))

  return {
    known: dimensions.reduce<LabelSet[]>(
      (sets, { known }) => sets.flatMap((set) => known.map((values) => ({ ...set, ...values }))),
      [{}],
    ),
    overflow: Object.assign({}, ...dimensions.map(otherwise)),

    admit(labels, seriesCount, dropped) {
      const full = seriesCount >= maxSeries
      let isFolded = false
      const admitted: Record<string, string> = {}
      for (const member of members) {
        const wanted = texts(labels, member, maxLabelLength)
        isFolded ||= wanted.isCut
        const key = wanted.values && keyOf(member, wanted.values)
        if (key !== undefined && wanted.values && isWelcome(member, key, wanted.values, full)) {
          if (!member.listed.has(key)) member.taken.set(key, (member.taken.get(key) ?? 0) + 1)
          Object.assign(admitted, wanted.values)
        } else {
          isFolded ||= key !== keyOf(member, otherwise(member))
          Object.assign(admitted, otherwise(member))
        }
      }
      if (isFolded) dropped()
      return admitted
    },

    release(labels) {
      for (const { taken, ...member } of members) {
        const key = keyOf(member, labels)
        const count = taken.get(key) ?? 0
        if (count > 1) taken.set(key, count - 1)
        else taken.delete(key)
      }
    },
  }
}

type Member = Dimension & {
  readonly listed: ReadonlySet<string>
  readonly taken: Map<string, number>
}

function isWelcome(member: Member, key: string, values: LabelSet, full: boolean): boolean {
  if (member.listed.has(key)) return true
  if (member.atMost === undefined) return false
  if (member.names.every((name) => RESERVED.includes(values[name] as string))) return true
  if (full) return false
  if (member.taken.has(key)) return true
  const reserved = reservedKeys(member).filter((taken) => member.taken.has(taken)).length
  return member.listed.size + member.taken.size - reserved < member.atMost
}

const reservedKeys = ({ names }: Dimension) =>
  RESERVED.map((value) => JSON.stringify(names.map(() => value)))

const keyOf = ({ names }: Pick<Dimension, 'names'>, labels: LabelSet) =>
  JSON.stringify(names.map((name) => labels[name]))

/**
 * The values that a label set has for a dimension, each read once; without `values` where one is no
 * text. Half a surrogate pair is none: written as UTF-8, different ones would become the same.
 */
function texts(
  labels: LabelSet,
  { names }: Dimension,
  maxLength: number,
): { readonly values?: Record<string, string>; readonly isCut: boolean } {
  const values: Record<string, string> = {}
  let isCut = false
  for (const name of names) {
    const given: unknown = labels[name]
    const text = given instanceof String ? String.prototype.valueOf.call(given) : given
    if (typeof text !== 'string' || /\p{Surrogate}/u.test(text)) return { isCut }
    values[name] = text.length > maxLength ? cut(text, maxLength) : text
    isCut ||= text.length > maxLength
  }
  return { values, isCut }
}

/** The first `length` characters, less one where that would split a surrogate pair. */
const cut = (text: string, length: number) => text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')

const otherwise = ({ names, otherwise }: Dimension): LabelSet =>
  Object.fromEntries(names.map((name) => [name, otherwise]))
