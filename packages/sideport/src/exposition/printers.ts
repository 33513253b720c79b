import type { HistogramDefinition, LabelSet } from '../catalogue/index.ts'
import {
  type CounterSeries,
  type Family,
  type GaugeSeries,
  type HistogramSeries,
  mayPoint,
} from '../recording/index.ts'
import {
  exemplarText,
  type Format,
  familyHeader,
  flat,
  labelPairs,
  linePrefix,
  sampleValue,
} from './format.ts'

/** What a gathering found: our families by reference, foreign ones as snapshots. */
export type Gathered = readonly (Family | ForeignFamily)[]

/** Writes one family in one format. */
export interface Printer {
  /** The lines that introduce the family, without the last line feed. */
  readonly header: string
  /** How many series there are at this moment. */
  readonly length: number
  readonly linesPerSeries: number
  /** The sample lines of the series at `index`, each after a line feed; empty while it is absent. */
  lines(index: number): string
}

/**
 * Builds the printer of one of our own families. What precedes the value of each line is rendered
 * once and kept, so that a scrape only joins it with numbers.
 */
export function createPrinter(family: Family, constant: LabelSet, format: Format): Printer {
  const { definition, series } = family
  const pairsAt = (index: number) => labelPairs({ ...constant, ...series[index]?.labels })
  const { linesPerSeries, lines } =
    definition.type === 'histogram'
      ? histogramLines(family, definition, pairsAt, format)
      : singleLines(family, pairsAt, format)
  return {
    header: familyHeader(definition, format),
    get length() {
      return series.length
    },
    linesPerSeries,
    lines,
  }
}

type Lines = Pick<Printer, 'linesPerSeries' | 'lines'>
type PairsAt = (index: number) => string

function singleLines({ definition, series }: Family, pairsAt: PairsAt, format: Format): Lines {
  const prefixes: string[] = []
  return {
    linesPerSeries: 1,
    lines(index) {
      const one = series[index] as CounterSeries | GaugeSeries
      const { value } = one
      if (Number.isNaN(value)) return ''
      prefixes[index] ??= linePrefix(definition.name, pairsAt(index))
      const line = prefixes[index] + sampleValue(value)
      return format.exemplars && 'exemplar' in one ? line + exemplarText(one.exemplar) : line
    },
  }
}

function histogramLines(
  { series }: Family,
  { name, buckets }: HistogramDefinition,
  pairsAt: PairsAt,
  format: Format,
): Lines {
  const edges = [...buckets, Infinity].map((edge) => `le="${format.edge(edge)}"} `)
  const render = (pairs: string) => ({
    bucket: flat(`\n${name}_bucket{${pairs === '' ? '' : `${pairs},`}`),
    count: linePrefix(`${name}_count`, pairs),
    sum: linePrefix(`${name}_sum`, pairs),
  })
  const prefixes: ReturnType<typeof render>[] = []
  return {
    linesPerSeries: edges.length + 2,
    lines(index) {
      const one = series[index] as HistogramSeries
      prefixes[index] ??= render(pairsAt(index))
      const kept = prefixes[index]
      const pointers = format.exemplars && one.exemplars.length > 0
      let text = ''
      let count = 0
      for (let bucket = 0; bucket < edges.length; bucket++) {
        count += one.bucketCount(bucket)
        text += kept.bucket + edges[bucket] + count
        if (pointers) text += exemplarText(one.exemplars[bucket])
      }
      return text + kept.count + count + kept.sum + sampleValue(one.sum)
    },
  }
}

/** A metric of another library, as its `get()` describes it. */
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
