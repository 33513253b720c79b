import { catalogue } from '@verifluence/api/catalogue'
import type { Definition, LabelSet } from 'sideport'

export type Exporter = 'api' | 'worker'
export type MetricKey = keyof typeof catalogue

/** A series the contract promises: a metric with one of the label sets that exist from the start. */
export type ExpectedSeries = {
  readonly key: MetricKey
  readonly definition: Definition
  readonly exporter: Exporter
  readonly labels: LabelSet
  /** Its label values are only known at run time: any series of the metric will do. */
  readonly anyLabels: boolean
}

/** Every series the catalogue promises of a process. Open labels promise only the values they list. */
export function expectedSeries(exporter: Exporter): ExpectedSeries[] {
  const entries = Object.entries(catalogue) as [MetricKey, Definition][]
  return entries
    .filter(([, definition]) => definition.exportedBy.includes(exporter))
    .flatMap(([key, definition]) =>
      labelSets(definition).map((labels) => ({
        key,
        definition,
        exporter,
        labels,
        anyLabels: isOpen(definition),
      })),
    )
}

function isOpen({ labels }: Definition): boolean {
  return labels.some(({ known }) => known.length === 0)
}

function labelSets(definition: Definition): LabelSet[] {
  if (isOpen(definition)) return [{}]
  return definition.labels.reduce<LabelSet[]>(
    (sets, { known }) => sets.flatMap((set) => known.map((values) => ({ ...set, ...values }))),
    [{}],
  )
}

/** A histogram moves by its count; every other metric by its own name. */
export function sampleName({ name, type }: Definition): string {
  return type === 'histogram' ? `${name}_count` : name
}
