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

/**
 * The exemplar with its value and instant, or nothing when its labels are empty or cannot be written. A pointer
 * that is lost costs little; an invalid one makes the scrape unreadable.
 */
export function keep(
  exemplar: Exemplar,
  value: number,
  now: () => number,
): KeptExemplar | undefined {
  try {
    const labels = { ...exemplar.labels }
    const isEmpty = Object.keys(labels).length === 0
    return mayPoint(labels) && !isEmpty ? { labels, value, timestamp: now() } : undefined
  } catch {
    return undefined
  }
}

/** Whether these are labels as OpenMetrics allows them in an exemplar. */
export function mayPoint(labels: unknown): labels is LabelSet {
  if (typeof labels !== 'object' || labels === null) return false
  const entries: [string, unknown][] = Object.entries(labels)
  const valid = entries.every(
    ([name, value]) => /^[a-zA-Z_]\w*$/.test(name) && typeof value === 'string',
  )
  return valid && [...entries.flat().join('')].length <= MAX_EXEMPLAR_CHARACTERS
}
