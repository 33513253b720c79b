import type {
  CounterDefinition,
  Definition,
  GaugeDefinition,
  HistogramDefinition,
  LabelSet,
  LabelsOf,
} from '../catalogue/index.ts'
import type { CounterSeries } from './counter-series.ts'
import type { Exemplar } from './exemplar.ts'
import type { Family } from './family.ts'
import type { GaugeSeries } from './gauge-series.ts'
import type { HistogramSeries } from './histogram-series.ts'

/** A counter with labels. On a hot path keep the series: `const ok = runs.with({ result: 'ok' })`. */
export interface Counter<Labels> {
  with(labels: Labels): CounterSeries
  inc(labels: Labels, by?: number, exemplar?: Exemplar): void
}

/** A gauge with labels. */
export interface Gauge<Labels> {
  with(labels: Labels): GaugeSeries
  set(labels: Labels, value: number): void
}

/** A histogram with labels. */
export interface Histogram<Labels> {
  with(labels: Labels): HistogramSeries
  observe(labels: Labels, value: number, exemplar?: Exemplar): void
}

/** What code records with: the series itself where there are no labels, else the labelled metric. */
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
export function createHandle(family: Family): unknown {
  // Without the compiler labels may be missing altogether.
  const find = (labels?: LabelSet | null) => family.find(labels ?? NO_LABELS)
  if (family.definition.labels.length === 0) return find()
  switch (family.definition.type) {
    case 'counter':
      return {
        with: find,
        inc: (labels: LabelSet, by?: number, exemplar?: Exemplar) =>
          (find(labels) as CounterSeries).inc(by, exemplar),
      }
    case 'gauge':
      return {
        with: find,
        set: (labels: LabelSet, value: number) => (find(labels) as GaugeSeries).set(value),
      }
    case 'histogram':
      return {
        with: find,
        observe: (labels: LabelSet, value: number, exemplar?: Exemplar) =>
          (find(labels) as HistogramSeries).observe(value, exemplar),
      }
  }
}
