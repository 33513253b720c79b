import type { LabelSet } from '../catalogue/index.ts'
import { type Format, familyHeader } from './format.ts'
import { labelPairs, linePrefix } from './labels.ts'
import { exemplarText } from './printer.ts'
import { sampleValue } from './text.ts'

/** A metric that somebody else registered, as its `get()` describes it. */
export interface ForeignFamily {
  /** The name of its samples, `_total` included where the client library would write it. */
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: readonly ForeignSample[]
}

export interface ForeignSample {
  readonly value: number
  readonly labels?: Readonly<Record<string, unknown>>
  /** Differs from the family's for the lines of histograms and summaries. */
  readonly metricName?: string
  readonly exemplar?: {
    readonly labelSet: LabelSet
    readonly value: number
    readonly timestamp?: number
  } | null
}

export const foreignHeader = (family: ForeignFamily, format: Format): string =>
  familyHeader(family, format)

/** One line of a foreign metric, preceded by a line feed. Its own labels win over constant ones. */
export function foreignLine(
  family: ForeignFamily,
  { value, labels = {}, metricName, exemplar }: ForeignSample,
  constant: LabelSet,
  format: Format,
): string {
  const entries = Object.entries({ ...constant, ...labels })
    // An empty label is no label to Prometheus, and so is one that was never given.
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, isEdge(name) ? edge(value, format) : String(value)])
  const pairs = labelPairs(Object.fromEntries(entries))
  const line = linePrefix(metricName ?? family.name, pairs) + sampleValue(value)
  const mayPoint = family.type !== 'counter' || family.name.endsWith('_total')
  if (!exemplar || !mayPoint) return line
  const { labelSet, timestamp = 0 } = exemplar
  return line + exemplarText({ labels: labelSet, value: exemplar.value, timestamp }, format)
}

const isEdge = (label: string) => label === 'le' || label === 'quantile'

const edge = (value: unknown, format: Format) =>
  format.edge(value === '+Inf' ? Infinity : Number(value))
