import type { LabelSet } from '../catalogue/index.ts'

/** Points from a sample to the trace or request behind it; written in OpenMetrics only. */
export interface Exemplar {
  /** For instance `{ request_id: '…' }`; at most 128 characters of names and values together. */
  readonly labels: LabelSet
}

/** An exemplar as kept: with the value it belongs to and the instant in Unix seconds. */
export interface KeptExemplar extends Exemplar {
  readonly value: number
  readonly timestamp: number
}

const MAX_EXEMPLAR_CHARACTERS = 128

/** The exemplar with its value and instant, unless it is longer than OpenMetrics allows. */
export function keep(
  exemplar: Exemplar,
  value: number,
  now: () => number,
): KeptExemplar | undefined {
  const characters = Object.entries(exemplar.labels).flat().join('')
  if ([...characters].length > MAX_EXEMPLAR_CHARACTERS) return undefined
  return { labels: exemplar.labels, value, timestamp: now() }
}
