import type { LabelSet } from '../catalogue/index.ts'
import { mayPoint } from '../record/index.ts'
import { exemplarText } from './exemplar.ts'
import { type Format, familyHeader } from './format.ts'
import { labelPairs, linePrefix } from './labels.ts'
import type { Printer } from './printer.ts'
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

/** Builds the printer of a foreign family's snapshot. */
export function createForeignPrinter(
  family: ForeignFamily,
  constant: LabelSet,
  format: Format,
): Printer {
  const { name, help, type, values } = family
  return {
    header: familyHeader({ name, help, type }, format),
    length: values.length,
    linesPerSeries: 1,
    lines: (index) => foreignLine(family, values[index] as ForeignSample, constant, format),
  }
}

/** One line of a foreign metric, after a line feed. Its own labels win over the constant ones. */
function foreignLine(
  { name, type }: ForeignFamily,
  { value, labels = {}, metricName = name, exemplar }: ForeignSample,
  constant: LabelSet,
  format: Format,
): string {
  const entries = Object.entries({ ...constant, ...labels })
    // An empty label is no label to Prometheus, and so is one that was never given.
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([label, value]) => [label, isEdge(label) ? edge(value, format) : String(value)])
  const line = linePrefix(metricName, labelPairs(Object.fromEntries(entries))) + sampleValue(value)
  const pointed = format.exemplars && format.typeWord(type, name) !== 'unknown'
  if (!exemplar || !pointed || !mayPoint(exemplar.labelSet)) return line
  const { labelSet, timestamp = 0 } = exemplar
  return line + exemplarText({ labels: labelSet, value: exemplar.value, timestamp })
}

const isEdge = (label: string) => label === 'le' || label === 'quantile'

const edge = (value: unknown, format: Format) =>
  format.edge(value === '+Inf' ? Infinity : Number(value))
