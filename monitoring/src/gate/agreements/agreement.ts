import { seconds } from '../../promql/time.ts'
import { type Manifest, nameOf, objectsOf, type Tree } from '../tree.ts'

/** What a place says, and where a reader finds it. */
export interface Place {
  readonly at: string
  readonly value: unknown
}

/** A field of an object of the tree. */
export interface Field extends Place {
  /** File and name of the object. */
  readonly source: string
  readonly object: Manifest
  /** The keys that lead to it. */
  readonly path: readonly string[]
}

/** What must be true between one place and those it depends on. */
const RELATIONS = {
  'be one of': (value: unknown, others: readonly unknown[]) => others.includes(value),
  equal: (value: unknown, others: readonly unknown[]) => others.every((other) => other === value),
  'be more than': (value: unknown, others: readonly unknown[]) =>
    others.every((other) => measure(value) > measure(other)),
  'be less than': (value: unknown, others: readonly unknown[]) =>
    others.every((other) => measure(value) < measure(other)),
  'be at most': (value: unknown, others: readonly unknown[]) =>
    others.every((other) => measure(value) <= measure(other)),
  'be at least': (value: unknown, others: readonly unknown[]) =>
    others.every((other) => measure(value) >= measure(other)),
} as const

/** The kinds of pairs, for counting. */
type Kind =
  | 'routes'
  | 'ports'
  | 'arguments'
  | 'environment variables'
  | 'secrets'
  | 'times'
  | 'limits and budgets'
  | 'labels and selectors'
  | 'names'
  | 'volumes and paths'
  | 'versions'

/** Two places that must agree, neither of which is derived from the other. */
export interface Agreement {
  readonly kind: Kind
  /** Both places, for the page that lists them. */
  readonly between: readonly [string, string]
  /** The places that depend on others. */
  readonly fields: (tree: Tree) => readonly Place[]
  readonly must: keyof typeof RELATIONS
  /** The places on which a field depends; none where the pair does not concern it. */
  readonly others: (field: Place, tree: Tree) => readonly Place[]
  /** What happens where they differ. */
  readonly otherwise: string
}

const BYTES: Readonly<Record<string, number>> = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  // Prometheus means powers of two.
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  TB: 2 ** 40,
}

/** A number, a duration in seconds, a size in bytes or CPU in cores; NaN, which compares as false, for anything else. */
export const measure = (value: unknown): number => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.NaN
  if (/^(\d+[dhms])+$/.test(value)) return seconds(value)
  const [, number = '', unit = ''] = /^([\d.]+)([A-Za-z]*)$/.exec(value) ?? []
  if (number === '') return Number.NaN
  if (unit === '') return Number(number)
  if (unit === 'm') return Number(number) / 1000
  return Number(number) * (BYTES[unit] ?? Number.NaN)
}

/** Reads `a.b.*.c`; `*` stands for each entry of a list or map, and `{a,b}` for either key. */
const walk = (
  value: unknown,
  [step, ...rest]: readonly string[],
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly value: unknown }[] => {
  if (value === undefined || value === null) return []
  if (step === undefined) return [{ path, value }]
  if (typeof value !== 'object') return []
  const keys =
    step === '*' ? Object.keys(value) : step.startsWith('{') ? step.slice(1, -1).split(',') : [step]
  return keys.flatMap((key) =>
    walk((value as Readonly<Record<string, unknown>>)[key], rest, [...path, key]),
  )
}

/** Steps of a path; a key with dots in it is written in brackets, `metadata.labels.[app.io/name]`. */
const stepsOf = (path: string): string[] =>
  [...path.matchAll(/\[([^\]]+)\]|\{[^}]+\}|[^.[\]{}]+/g)].map(([step, key]) => key ?? step)

const fieldOf = (
  source: string,
  object: Manifest,
  { path, value }: { readonly path: readonly string[]; readonly value: unknown },
): Field => ({ at: `${source} ${path.join('.')}`, source, object, path, value })

/** The fields at a path in all objects of a kind. */
export const fieldsOf =
  (kind: string, path: string) =>
  (tree: Tree): Field[] =>
    objectsOf(tree)
      .filter(({ object }) => kind === '*' || object.kind === kind)
      .flatMap(({ file, object }) =>
        walk(object, stepsOf(path)).map((found) =>
          fieldOf(`${file}: ${nameOf(object)}`, object, found),
        ),
      )

/** Fields of the same object below the first `depth` keys of the given one's path. */
export const within = (field: Place, depth: number, path: string): Field[] => {
  const { source, object, path: own } = field as Field
  const start = own.slice(0, depth)
  return walk(valueAt(object, start), stepsOf(path), start).map((found) =>
    fieldOf(source, object, found),
  )
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce(
    (inner, key) => (inner as Readonly<Record<string, unknown>> | undefined)?.[key],
    value,
  )

/** Values that code or a record holds. */
export const places = (at: string, values: readonly unknown[]): Place[] =>
  values.map((value) => ({ at, value }))

const shown = (value: unknown) => (typeof value === 'string' ? `"${value}"` : JSON.stringify(value))

const against = (others: readonly Place[]): string => {
  const byPlace = Map.groupBy(others, ({ at }) => at)
  return [...byPlace]
    .map(([at, found]) => `${found.map(({ value }) => shown(value)).join(', ')} (${at})`)
    .join(' and ')
}

/** Every field that disagrees with the place it depends on, in a sentence that names both. */
export const disagreements = (table: readonly Agreement[], tree: Tree): string[] =>
  table.flatMap(({ fields, must, others, otherwise }) =>
    fields(tree).flatMap((field) => {
      const counterparts = others(field, tree)
      if (counterparts.length === 0) return []
      const values = counterparts.map(({ value }) => value)
      if (RELATIONS[must](field.value, values)) return []
      return [
        `${field.at} is ${shown(field.value)} and must ${must} ${against(counterparts)}: otherwise ${otherwise}.`,
      ]
    }),
  )
