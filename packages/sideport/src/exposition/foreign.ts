import type { LabelSet } from '../catalogue/index.ts'
import { type KeptExemplar, mayPoint } from '../recording/index.ts'

/** A metric of another library, checked: it can be written in every format. */
export interface ForeignFamily {
  /** The name of its samples, `_total` included where the client library would write it. */
  readonly name: string
  readonly help: string
  readonly type: string
  readonly values: readonly ForeignSample[]
}

export interface ForeignSample {
  /** Differs from the family's for the lines of histograms and summaries. */
  readonly metricName: string
  readonly labels: LabelSet
  readonly value: number
  readonly exemplar: KeptExemplar | undefined
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** What samples of a type are called, after the name of the family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  histogram: ['_bucket', '_count', '_sum'],
  summary: ['', '_count', '_sum'],
  counter: [''],
  gauge: [''],
  untyped: [''],
  unknown: [''],
}

/**
 * Reads what a client library says of a metric.
 *
 * @throws Error naming what cannot be written: one such line would cost the whole scrape.
 */
export function readForeign(
  name: string,
  help: unknown,
  type: unknown,
  values: unknown,
): ForeignFamily {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is no name of a metric`)
  const suffixes = typeof type === 'string' ? SUFFIXES[type] : undefined
  if (typeof type !== 'string' || suffixes === undefined) {
    throw new Error(
      `${name} has the type ${String(type)}; allowed: ${Object.keys(SUFFIXES).join(', ')}`,
    )
  }
  const names = new Set(suffixes.map((suffix) => name + suffix))
  const samples = [...((values ?? []) as Iterable<unknown>)]
  return {
    name,
    type,
    help: typeof help === 'string' ? help : '',
    values: samples.map((sample) => readSample(name, names, sample)),
  }
}

function readSample(family: string, names: ReadonlySet<string>, sample: unknown): ForeignSample {
  if (typeof sample !== 'object' || sample === null) throw new Error(`${family} has no sample`)
  const given = sample as Record<string, unknown>
  const { value, labels, metricName = family, exemplar } = given
  if (typeof metricName !== 'string' || !names.has(metricName))
    throw new Error(`${String(metricName)} is no sample of ${family}`)
  if (typeof value !== 'number')
    throw new Error(`${metricName} has a value that is no number (${typeof value})`)
  return {
    metricName,
    value,
    labels: readLabels(metricName, labels),
    exemplar: readExemplar(exemplar),
  }
}

function readLabels(name: string, labels: unknown): LabelSet {
  const entries = Object.entries((labels ?? {}) as Record<string, unknown>)
    // An empty label is no label to Prometheus, and so is one that was never given.
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([label, value]) => [label, String(value)] as const)
  const wrong = entries.find(([label]) => !LABEL.test(label))
  if (wrong) throw new Error(`${name} has a label ${JSON.stringify(wrong[0])}`)
  return Object.fromEntries(entries)
}

function readExemplar(exemplar: unknown): KeptExemplar | undefined {
  if (typeof exemplar !== 'object' || exemplar === null) return undefined
  const { labelSet, value, timestamp = 0 } = exemplar as Record<string, unknown>
  const isWhole = typeof value === 'number' && typeof timestamp === 'number'
  return isWhole && mayPoint(labelSet) ? { labels: { ...labelSet }, value, timestamp } : undefined
}
