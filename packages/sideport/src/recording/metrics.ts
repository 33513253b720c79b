import {
  type Catalogue,
  type CounterDefinition,
  type Definition,
  type GaugeDefinition,
  type HistogramDefinition,
  type LabelSet,
  type LabelsOf,
  lint,
} from '../catalogue/index.ts'
import type { Exemplar } from './exemplar.ts'
import { createFamily, type Family, type FamilyHooks } from './family.ts'
import type { CounterSeries, GaugeSeries, HistogramSeries } from './series.ts'

/** A counter with labels. On a hot path keep the series: `const ok = runs.with({ result: 'ok' })`. */
export interface Counter<Labels> {
  with(labels: Labels): CounterSeries
  /** Takes the series out of scrapes and frees its place. A kept series of it records nothing any more. */
  remove(labels: Labels): boolean
  inc(labels: Labels, by?: number, exemplar?: Exemplar): void
}

/** A gauge with labels. */
export interface Gauge<Labels> {
  with(labels: Labels): GaugeSeries
  /** Takes the series out of scrapes and frees its place. A kept series of it records nothing any more. */
  remove(labels: Labels): boolean
  set(labels: Labels, value: number): void
}

/** A histogram with labels. */
export interface Histogram<Labels> {
  with(labels: Labels): HistogramSeries
  /** Takes the series out of scrapes and frees its place. A kept series of it records nothing any more. */
  remove(labels: Labels): boolean
  observe(labels: Labels, value: number, exemplar?: Exemplar): void
}

/** What the application records with: the series itself where there are no labels, else the labelled metric. */
export type HandleOf<D extends Definition> =
  D extends CounterDefinition<infer Dimensions>
    ? Dimensions extends readonly []
      ? CounterSeries
      : Counter<LabelsOf<Dimensions>>
    : D extends GaugeDefinition<infer Dimensions>
      ? Dimensions extends readonly []
        ? GaugeSeries
        : Gauge<LabelsOf<Dimensions>>
      : D extends HistogramDefinition<infer Dimensions>
        ? Dimensions extends readonly []
          ? HistogramSeries
          : Histogram<LabelsOf<Dimensions>>
        : never

const NO_LABELS: LabelSet = {}

/** Makes the handle of a family; its methods never throw. */
function createHandle(family: Family): unknown {
  // Without the compiler labels may be missing altogether.
  const find = (labels?: LabelSet | null) => family.find(labels ?? NO_LABELS)
  const remove = (labels?: LabelSet | null) => family.remove(labels ?? NO_LABELS)
  if (family.definition.labels.length === 0) return find()
  switch (family.definition.type) {
    case 'counter':
      return {
        with: find,
        remove,
        inc: (labels: LabelSet, by?: number, exemplar?: Exemplar) =>
          (find(labels) as CounterSeries).inc(by, exemplar),
      }
    case 'gauge':
      return {
        with: find,
        remove,
        set: (labels: LabelSet, value: number) => (find(labels) as GaugeSeries).set(value),
      }
    case 'histogram':
      return {
        with: find,
        remove,
        observe: (labels: LabelSet, value: number, exemplar?: Exemplar) =>
          (find(labels) as HistogramSeries).observe(value, exemplar),
      }
  }
}

/** A definition that its author's later changes do not reach. */
const copyOf = (definition: Definition): Definition =>
  definition.type === 'histogram'
    ? { ...definition, buckets: Object.freeze([...definition.buckets]) }
    : { ...definition }

/** The handles of those metrics of a catalogue that `Exporter` exports, under the same keys. */
export type MetricsOf<C extends Catalogue, Exporter extends string> = {
  readonly [Key in keyof C as Exporter extends C[Key]['exportedBy'][number]
    ? Key
    : never]: HandleOf<C[Key]>
}

/** The metrics of one process. */
interface Recording<C extends Catalogue, Exporter extends string> {
  readonly metrics: MetricsOf<C, Exporter>
  /** By the same keys, in the order of the catalogue. */
  readonly families: ReadonlyMap<string, Family>
}

/**
 * Creates the metrics of one process from the catalogue, with every known label set.
 *
 * @throws Error naming every entry that breaks a lint rule: a mistake in the catalogue stops the
 * process at start, never later.
 */
export function createRecording<const C extends Catalogue, const Exporter extends string>(
  catalogue: C,
  exporter: Exporter,
  hooks: FamilyHooks,
): Recording<C, Exporter> {
  const problems = lint(catalogue)
  if (problems.length > 0) {
    throw new Error(`The metric catalogue has mistakes:\n  ${problems.join('\n  ')}`)
  }
  const exported = Object.entries(catalogue).filter(([, { exportedBy }]) =>
    exportedBy.includes(exporter),
  )
  const families = new Map(
    exported.map(([key, definition]) => [key, createFamily(copyOf(definition), hooks)]),
  )
  const handles = [...families].map(([key, family]) => [key, createHandle(family)])
  return {
    metrics: Object.fromEntries(handles) as MetricsOf<C, Exporter>,
    families,
  }
}
