/**
 * An independent reader of both exposition formats, written from their descriptions and sharing no
 * line with the kit. It is strict: what Prometheus would misread or merely tolerate is an error here.
 */
export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  readonly exemplar?: { readonly labels: Readonly<Record<string, string>>; readonly value: number }
}

export interface ParsedFamily {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly unit: string | undefined
  readonly samples: readonly Sample[]
}

type Building = { -readonly [Key in keyof ParsedFamily]: ParsedFamily[Key] } & { samples: Sample[] }

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const NUMBER = '[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:e[+-]?\\d+)?|[+-]?Inf|NaN'
const LABELS = '(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*"(?:,(?!\\}))?)*'
const SAMPLE = new RegExp(
  `^(?<name>${NAME})(?:\\{(?<labels>${LABELS})\\})? (?<value>${NUMBER})` +
    `(?: # \\{(?<pointer>${LABELS})\\} (?<at>${NUMBER})(?: (?<when>${NUMBER}))?)?$`,
)

/** Suffixes of sample names by type; the empty one is the family's own name. */
const suffixes = (type: string, openMetrics: boolean): readonly string[] =>
  type === 'histogram'
    ? ['_bucket', '_count', '_sum']
    : type === 'summary'
      ? ['', '_count', '_sum']
      : [type === 'counter' && openMetrics ? '_total' : '']

/** @throws Error that quotes the offending line. */
export function parseExposition(text: string, openMetrics: boolean): Map<string, ParsedFamily> {
  if (!text.endsWith('\n')) throw new Error('The last line has no line feed')
  const lines = text.slice(0, -1).split('\n')
  if (openMetrics && lines.pop() !== '# EOF') throw new Error('The last line is not # EOF')
  const families = new Map<string, Building>()
  const seen = new Set<string>()
  let current: Building | undefined

  for (const line of lines) {
    const meta = /^# (HELP|TYPE|UNIT) (\S+) (.*)$/.exec(line)
    if (meta) {
      const [, kind, name = '', rest = ''] = meta
      if (kind === 'HELP') {
        if (families.has(name)) throw new Error(`The family comes twice: ${line}`)
        current = {
          name,
          type: '',
          help: unescaped(rest, openMetrics),
          unit: undefined,
          samples: [],
        }
        families.set(name, current)
      } else if (current?.name !== name || current.samples.length > 0) {
        throw new Error(`Out of place: ${line}`)
      } else if (kind === 'TYPE') {
        current.type = rest
      } else {
        if (!name.endsWith(`_${rest}`))
          throw new Error(`The name does not end in its unit: ${line}`)
        current.unit = rest
      }
      continue
    }
    const sample = parseSample(line)
    const family = current
    if (!family) throw new Error(`No family before: ${line}`)
    const allowed = suffixes(family.type, openMetrics).map((suffix) => family.name + suffix)
    if (!allowed.includes(sample.name)) throw new Error(`Not of family ${family.name}: ${line}`)
    if (sample.exemplar && !openMetrics) throw new Error(`An exemplar in text format: ${line}`)
    const key = JSON.stringify([sample.name, Object.entries(sample.labels).sort()])
    if (seen.has(key)) throw new Error(`The series comes twice: ${line}`)
    seen.add(key)
    family.samples.push(sample)
  }
  for (const family of families.values()) {
    if (family.type === 'histogram') checkHistogram(family, openMetrics)
  }
  return families
}

function parseSample(line: string): Sample {
  const groups = SAMPLE.exec(line)?.groups
  if (!groups) throw new Error(`Not a sample: ${line}`)
  const { name = '', labels = '', value = '', pointer, at = '' } = groups
  const sample = { name, labels: parseLabels(labels, line), value: toNumber(value) }
  if (pointer === undefined) return sample
  return { ...sample, exemplar: { labels: parseLabels(pointer, line), value: toNumber(at) } }
}

function parseLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = Object.create(null)
  for (const [, name = '', value = ''] of text.matchAll(/([^=,"]+)="((?:[^"\\]|\\.)*)"/g)) {
    if (name in labels) throw new Error(`Label ${name} comes twice: ${line}`)
    labels[name] = unescaped(value, true)
  }
  return { ...labels }
}

function unescaped(text: string, quotes: boolean): string {
  return text.replace(/\\(.)/g, (pair, character: string) => {
    if (character === 'n') return '\n'
    return character === '\\' || (quotes && character === '"') ? character : pair
  })
}

const toNumber = (text: string) => Number(text.replace('Inf', 'Infinity'))

/** Buckets ascend, count up, and the last one holds everything. */
function checkHistogram({ name, samples }: ParsedFamily, openMetrics: boolean): void {
  const groups = new Map<string, Sample[]>()
  for (const sample of samples) {
    const { le: _, ...labels } = sample.labels
    const key = JSON.stringify(Object.entries(labels).sort())
    groups.set(key, [...(groups.get(key) ?? []), sample])
  }
  for (const group of groups.values()) {
    const buckets = group.filter((sample) => sample.name.endsWith('_bucket'))
    const edges = buckets.map(({ labels }) => labels.le ?? '')
    if (openMetrics && edges.some((edge) => !/[.e]|^\+Inf$/.test(edge))) {
      throw new Error(`${name} has an edge that is no float: ${edges}`)
    }
    const ascending = edges
      .map(toNumber)
      .every((edge, at, all) => at === 0 || edge > (all[at - 1] ?? 0))
    const cumulative = buckets.every(
      ({ value }, at) => at === 0 || value >= (buckets[at - 1]?.value ?? 0),
    )
    const count = group.find((sample) => sample.name === `${name}_count`)?.value
    const complete = edges.at(-1) === '+Inf' && buckets.at(-1)?.value === count
    if (!ascending || !cumulative || !complete) throw new Error(`${name} is no histogram: ${edges}`)
  }
}
