/** A complete set of label names and values, as it appears on one series. */
export type LabelSet = Readonly<Record<string, string>>

/**
 * One or more label names and the values they may take together. `Set` is the label set a caller
 * must supply, so a missing, unknown or foreign value does not compile.
 */
export interface Dimension<Set extends LabelSet = LabelSet> {
  readonly names: readonly string[]
  /** The label sets that exist from the first scrape on. For a closed dimension: all there are. */
  readonly known: readonly Set[]
  /** For an open dimension: how many distinct values it may grow to. Absent when closed. */
  readonly atMost?: number
  /** The value that stands for everything outside the domain. */
  readonly otherwise: string
}

export interface ClosedDimension<Set extends LabelSet> extends Dimension<Set> {
  /**
   * Maps a value from run time: itself when it is in the list, else `otherwise`.
   * This is a classification, so nothing is counted as dropped.
   */
  fold(value: string): Set[keyof Set]
}

/** The value an unforeseen label value is folded into. */
export const OTHER = 'other'

/** The route of a request that no route matched. */
export const UNMATCHED = 'unmatched'

/** Values of open labels that always have a place, whatever the limits. */
export const RESERVED: readonly string[] = [OTHER, UNMATCHED]

/**
 * A label with a closed list of values; every one of them exists from the first scrape.
 *
 * @param otherwise the list's own value for everything else. Default: `other`, added on demand.
 * @example oneOf('result', ['ok', 'error'])
 */
export function oneOf<const Name extends string, const Value extends string>(
  name: Name,
  values: readonly Value[],
  otherwise: NoInfer<Value> | typeof OTHER = OTHER,
): ClosedDimension<Record<Name, Value>> {
  const members = new Set<string>(values)
  return {
    names: [name],
    known: values.map((value) => ({ [name]: value }) as Record<Name, Value>),
    otherwise,
    fold: (value) => (members.has(value) ? value : otherwise) as Value,
  }
}

/** Label pairs of a table such as `{ north: ['pay', 'refund'], south: ['pay'] }`. */
type PairsOf<
  Outer extends string,
  Inner extends string,
  Table extends Readonly<Record<string, readonly string[]>>,
> = {
  [Key in string & keyof Table]: Readonly<Record<Outer, Key> & Record<Inner, Table[Key][number]>>
}[string & keyof Table]

/**
 * Two labels of which the first decides what the second may be: each bank has its own operations.
 *
 * @example pairs('bank', 'operation', { north: ['pay', 'refund'], south: ['pay'] })
 */
export function pairs<
  const Outer extends string,
  const Inner extends string,
  const Table extends Readonly<Record<string, readonly string[]>>,
>(outer: Outer, inner: Inner, table: Table): Dimension<PairsOf<Outer, Inner, Table>> {
  const known = Object.entries(table).flatMap(([key, values]) =>
    values.map((value) => ({ [outer]: key, [inner]: value })),
  )
  return {
    names: [outer, inner],
    known: known as unknown as PairsOf<Outer, Inner, Table>[],
    otherwise: OTHER,
  }
}

/**
 * A label whose values appear at run time. It grows to `atMost` distinct values; later ones are
 * folded into `other` and counted as dropped, so that input cannot fill Prometheus.
 *
 * @param known values that exist from the first scrape on, for alerts that must see 0 before 1.
 * @example open('route', { atMost: 200 })
 */
export function open<const Name extends string>(
  name: Name,
  { atMost, known = [] }: { atMost: number; known?: readonly string[] },
): Dimension<Record<Name, string>> {
  return {
    names: [name],
    known: known.map((value) => ({ [name]: value }) as Record<Name, string>),
    atMost,
    otherwise: OTHER,
  }
}

/** The label set that a list of dimensions demands of a caller. */
export type LabelsOf<Dimensions extends readonly Dimension[]> = Dimensions extends readonly [
  Dimension<infer First>,
  ...infer Rest extends readonly Dimension[],
]
  ? First & LabelsOf<Rest>
  : unknown
