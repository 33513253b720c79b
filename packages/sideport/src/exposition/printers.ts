import type { HistogramDefinition, LabelSet } from '../catalogue/index.ts'
import type {
  CounterSeries,
  Family,
  GaugeSeries,
  HistogramSeries,
  Series,
} from '../recording/index.ts'
import type { ForeignFamily, ForeignSample } from './foreign.ts'
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
  const owners: Series[] = []
  return {
    linesPerSeries: 1,
    lines(index) {
      const one = series[index] as CounterSeries | GaugeSeries
      const { value } = one
      if (Number.isNaN(value)) return ''
      if (owners[index] !== one) {
        owners[index] = one
        prefixes[index] = linePrefix(definition.name, pairsAt(index))
      }
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
  const owners: Series[] = []
  // OpenMetrics forbids a sum that negative observations could lower.
  const hasSum = format.negativeSums || !((buckets[0] as number) < 0)
  return {
    linesPerSeries: edges.length + (hasSum ? 2 : 1),
    lines(index) {
      const one = series[index] as HistogramSeries
      if (one.isDetached) return ''
      if (owners[index] !== one) {
        owners[index] = one
        prefixes[index] = render(pairsAt(index))
      }
      const kept = prefixes[index] as ReturnType<typeof render>
      const pointers = format.exemplars && one.exemplars.length > 0
      let text = ''
      let count = 0
      for (let bucket = 0; bucket < edges.length; bucket++) {
        count += one.bucketCount(bucket)
        text += kept.bucket + edges[bucket] + count
        if (pointers) text += exemplarText(one.exemplars[bucket])
      }
      text += kept.count + count
      return hasSum ? text + kept.sum + sampleValue(one.sum) : text
    },
  }
}

/** Builds the printer of a foreign family's snapshot. Its own labels win over the constant ones. */
export function createForeignPrinter(
  { name, help, type, values }: ForeignFamily,
  constant: LabelSet,
  format: Format,
): Printer {
  const edgeLabel = EDGE_LABELS[type]
  const hasExemplars = format.exemplars && format.typeWord(type, name) !== 'unknown'
  return {
    header: familyHeader({ name, help, type }, format),
    length: values.length,
    linesPerSeries: 1,
    lines(index) {
      const { metricName, labels, value, exemplar } = values[index] as ForeignSample
      const whole = { ...constant, ...labels }
      if (edgeLabel !== undefined && whole[edgeLabel] !== undefined)
        whole[edgeLabel] = format.edge(Number(whole[edgeLabel].replace('Inf', 'Infinity')))
      const line = linePrefix(metricName, labelPairs(whole)) + sampleValue(value)
      return exemplar && hasExemplars ? line + exemplarText(exemplar) : line
    },
  }
}

/** The label that holds a number, by type; in any other metric it is a label like all others. */
const EDGE_LABELS: Readonly<Record<string, string>> = { histogram: 'le', summary: 'quantile' }
