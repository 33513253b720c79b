import type { KeptExemplar } from '../record/index.ts'
import { labelPairs } from './labels.ts'
import { sampleValue } from './text.ts'

/** The tail of a sample line that points to what happened; OpenMetrics only. */
export function exemplarText(exemplar: KeptExemplar | undefined): string {
  if (!exemplar) return ''
  const { labels, value, timestamp } = exemplar
  return ` # {${labelPairs(labels)}} ${sampleValue(value)} ${timestamp}`
}
