import type { HistogramDefinition, LabelSet } from '../catalogue/index.ts'
import type { CounterSeries, Family, GaugeSeries, HistogramSeries } from '../record/index.ts'
import { exemplarText } from './exemplar.ts'
import { type Format, familyHeader } from './format.ts'
import { flat, labelPairs, linePrefix } from './labels.ts'
import { sampleValue } from './text.ts'

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
