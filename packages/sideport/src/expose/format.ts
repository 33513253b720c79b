import type { Definition } from '../catalogue/index.ts'
import { canonicalNumber, labelValue, sampleValue, textHelp } from './text.ts'

/** Where the two exposition formats differ; everything else about them is the same. */
export interface Format {
  readonly mediaType: string
  readonly version: string
  readonly contentType: string
  /** What ends the exposition. */
  readonly end: string
  readonly exemplars: boolean
  /** Whether a UNIT line tells the base unit. */
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
  // A unit that the name does not end in makes the whole scrape unreadable.
  if (unit && format.units && family.endsWith(`_${unit}`)) lines.push(`# UNIT ${family} ${unit}`)
  return lines.join('\n')
}
