import type { LabelSet } from '../catalogue/index.ts'
import type { Family, KeptExemplar } from '../record/index.ts'
import { CounterSeries, type HistogramSeries, type Series } from '../record/series.ts'
import { type Format, familyHeader } from './format.ts'
import { labelPairs, linePrefix } from './labels.ts'
import { sampleValue } from './text.ts'

/** Writes the lines of one of our own families in one format. */
export interface Printer {
  readonly header: string
  readonly linesPerSeries: number
  /** The lines of the series at `index`, each preceded by a line feed; empty while it is absent. */
  lines(index: number): string
}

/**
 * Builds a printer. What precedes the value of each line is rendered once and kept, so a scrape
 * only joins it with numbers.
 */
export function createPrinter(family: Family, constant: LabelSet, format: Format): Printer {
  const { definition, series } = family
  const { name } = definition
  const header = familyHeader(definition, format)
  const pairsOf = ({ labels }: Series) => labelPairs({ ...constant, ...labels })

  if (definition.type === 'histogram') {
    const edges = [...definition.buckets, Infinity].map((edge) => `le="${format.edge(edge)}"`)
    const kept: string[][] = []
    const prefixes = (one: Series): string[] => {
      const pairs = pairsOf(one)
      return [
        ...edges.map((edge) =>
          linePrefix(`${name}_bucket`, pairs === '' ? edge : `${pairs},${edge}`),
        ),
        linePrefix(`${name}_count`, pairs),
        linePrefix(`${name}_sum`, pairs),
      ]
    }
    return {
      header,
      linesPerSeries: edges.length + 2,
      lines(index) {
        const one = series[index] as HistogramSeries
        kept[index] ??= prefixes(one)
        return histogramLines(one, kept[index], edges.length, format)
      },
    }
  }

  const kept: string[] = []
  return {
    header,
    linesPerSeries: 1,
    lines(index) {
      const one = series[index] as Exclude<Series, HistogramSeries>
      const { value } = one
      if (Number.isNaN(value)) return ''
      kept[index] ??= linePrefix(name, pairsOf(one))
      const line = kept[index] + value
      return one instanceof CounterSeries ? line + exemplarText(one.exemplar, format) : line
    },
  }
}

function histogramLines(
  series: HistogramSeries,
  prefixes: readonly string[],
  buckets: number,
  format: Format,
): string {
  const exemplars = format.exemplars && series.exemplars.length > 0 ? series.exemplars : undefined
  let text = ''
  let count = 0
  for (let bucket = 0; bucket < buckets; bucket++) {
    count += series.bucketCount(bucket)
    text += (prefixes[bucket] as string) + count
    if (exemplars) text += exemplarText(exemplars[bucket], format)
  }
  return text + prefixes[buckets] + count + prefixes[buckets + 1] + series.sum
}

/** The tail of a sample line that points to the request behind it; OpenMetrics only. */
export function exemplarText(exemplar: KeptExemplar | undefined, format: Format): string {
  if (!exemplar || !format.exemplars) return ''
  const { labels, value, timestamp } = exemplar
  return ` # {${labelPairs(labels)}} ${sampleValue(value)} ${timestamp}`
}
