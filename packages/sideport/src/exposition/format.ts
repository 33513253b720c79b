import type { Definition, LabelSet } from '../catalogue/index.ts'
import type { KeptExemplar } from '../recording/index.ts'

/** The text of a sample's value: the shortest digits that read back as the same number. */
export function sampleValue(value: number): string {
  if (Number.isFinite(value)) return String(value)
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
}

/**
 * A number as OpenMetrics wants it in `le` and `quantile`: as Go prints it, with `.0` where nothing
 * else says that it is a float, so that every exposer names a bucket alike.
 * https://prometheus.io/docs/specs/om/open_metrics_spec/#considerations-canonical-numbers
 */
function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) return sampleValue(value)
  const [mantissa, power] = value.toExponential().split('e') as [string, string]
  const exponent = Number(power)
  if (exponent >= -4 && exponent < 6) return Number.isInteger(value) ? `${value}.0` : `${value}`
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '"': '\\"' }
const escapeWith = (pattern: RegExp) => (text: string) =>
  pattern.test(text) ? text.replaceAll(pattern, (character) => escapes[character] ?? '') : text

/** A label value as it stands between its quotes. */
const labelValue = escapeWith(/[\\\n"]/g)

/** A HELP text; quotes stay as they are in text 0.0.4 and are escaped in OpenMetrics. */
const textHelp = escapeWith(/[\\\n]/g)

/** Label pairs as they stand between the braces: `a="x",b="y"`. */
export const labelPairs = (labels: LabelSet): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${labelValue(value)}"`)
    .join(',')

/** What precedes a sample's value, with the line feed that ends the line before. */
export const linePrefix = (name: string, pairs: string): string =>
  flat(pairs === '' ? `\n${name} ` : `\n${name}{${pairs}} `)

/**
 * The same text in one run of memory. In V8 a string that was added up stays a tree of its parts,
 * which costs memory and time on every scrape.
 */
export const flat = (text: string): string => Buffer.from(text).toString()

/** The tail of a sample line that points to what happened; OpenMetrics only. */
export function exemplarText(exemplar: KeptExemplar | undefined): string {
  if (!exemplar) return ''
  const { labels, value, timestamp } = exemplar
  return ` # {${labelPairs(labels)}} ${sampleValue(value)} ${timestamp}`
}

/** Where the two exposition formats differ; everything else about them is the same. */
export interface Format {
  readonly mediaType: string
  readonly version: string
  readonly contentType: string
  /** What ends the exposition. */
  readonly end: string
  readonly exemplars: boolean
  /** Whether a histogram with negative bucket edges may have a sum. */
  readonly negativeSums: boolean
  /** Whether a UNIT line states the base unit. */
  readonly units: boolean
  /** The name of a family in its HELP and TYPE lines, from the name of its samples. */
  familyName(name: string, type: string): string
  /** The word for a type in the TYPE line. */
  typeWord(type: string, name: string): string
  help(text: string): string
  /** The value of `le` or `quantile`. */
  edge(value: number): string
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export const TEXT: Format = {
  mediaType: 'text/plain',
  version: '0.0.4',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  end: '',
  exemplars: false,
  negativeSums: true,
  units: false,
  familyName: (name) => name,
  typeWord: (type) => type,
  help: textHelp,
  edge: sampleValue,
}

/** https://prometheus.io/docs/specs/om/open_metrics_spec/ */
export const OPEN_METRICS: Format = {
  mediaType: 'application/openmetrics-text',
  version: '1.0.0',
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  end: '# EOF\n',
  exemplars: true,
  negativeSums: false,
  units: true,
  familyName: (name, type) => (type === 'counter' ? name.replace(/_total$/, '') : name),
  // A counter must end in _total here. One that does not keeps its name and loses its type,
  // because a series that changes its name with the format is two series.
  typeWord: (type, name) =>
    type === 'untyped' || (type === 'counter' && !name.endsWith('_total')) ? 'unknown' : type,
  help: labelValue,
  edge: canonicalNumber,
}

/** The lines that introduce a family, without the last line feed. */
export function familyHeader(
  {
    name,
    help,
    type,
    unit,
  }: Pick<Definition, 'name' | 'help' | 'unit'> & { readonly type: string },
  format: Format,
): string {
  const word = format.typeWord(type, name)
  const family = format.familyName(name, word)
  const lines = [`# HELP ${family} ${format.help(help)}`, `# TYPE ${family} ${word}`]
  // A unit that the name does not end in makes the scrape unreadable.
  if (unit && format.units && family.endsWith(`_${unit}`)) lines.push(`# UNIT ${family} ${unit}`)
  return lines.join('\n')
}
