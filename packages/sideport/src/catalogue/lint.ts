import type { Catalogue, Definition } from './definition.ts'

/**
 * The rules a definition must keep, after Prometheus' own promlint
 * (https://github.com/prometheus/client_golang/tree/main/prometheus/testutil/promlint) and its
 * naming page (https://prometheus.io/docs/practices/naming/). Each answers with the problem, or nothing.
 */
const rules = {
  'valid-name': ({ name }: Definition) =>
    /^[a-z_][a-z0-9_]*$/.test(name)
      ? undefined
      : 'the name must be lower snake_case: letters, digits and _, no colon, no capitals',

  'reserved-name': ({ name }: Definition) =>
    name === 'up' || name.startsWith('scrape_') || name.startsWith('__')
      ? 'up, scrape_… and __… belong to Prometheus'
      : undefined,

  'help-present': ({ help }: Definition) =>
    help.trim() === '' ? 'help is empty; say in one sentence what is measured' : undefined,

  'total-suffix': ({ name, type }: Definition) =>
    name.endsWith('_total') === (type === 'counter')
      ? undefined
      : 'a counter ends in _total, and nothing else does',

  'reserved-suffix': ({ name }: Definition) =>
    /_(bucket|count|sum|created)$/.test(name)
      ? '_bucket, _count, _sum and _created are made by histograms'
      : undefined,

  'type-in-name': ({ name }: Definition) =>
    words(name).some((word) => ['counter', 'gauge', 'histogram', 'summary'].includes(word))
      ? 'the type does not belong in the name'
      : undefined,

  'base-unit': ({ name }: Definition) => {
    const wrong = words(name).find((word) => word in baseUnits)
    return wrong ? `use the base unit ${baseUnits[wrong]} instead of ${wrong}` : undefined
  },

  'unit-suffix': ({ name, unit }: Definition) =>
    unit && !name.replace(/_total$/, '').endsWith(`_${unit}`)
      ? `the unit is ${unit}, so the name must end in _${unit} (before _total)`
      : undefined,

  'label-name': (definition: Definition) => {
    const wrong = labelNames(definition).find(
      (label) => !/^[a-z_][a-z0-9_]*$/.test(label) || label.startsWith('__'),
    )
    return wrong === undefined ? undefined : `label ${wrong} must be lower snake_case without __`
  },

  'label-twice': (definition: Definition) => {
    const names = labelNames(definition)
    const twice = names.find((label, at) => names.indexOf(label) !== at)
    return twice && `label ${twice} is declared twice`
  },

  'format-label': (definition: Definition) => {
    const taken = labelNames(definition).find((label) => label === 'le' || label === 'quantile')
    return taken && `label ${taken} is made by Prometheus`
  },

  'target-label': (definition: Definition) => {
    const taken = labelNames(definition).find((label) => targetLabels.includes(label))
    return taken && `label ${taken} is set by the scraper on every target and would collide`
  },

  'label-domain': (definition: Definition) => {
    const empty = definition.labels.find(({ known, atMost }) =>
      atMost === undefined ? known.length < 1 : !(atMost >= 1),
    )
    return empty && `label ${empty.names.join(', ')} allows no value`
  },

  'value-twice': (definition: Definition) => {
    const twice = definition.labels.find(({ names, known }) => {
      const keys = known.map((set) => JSON.stringify(names.map((name) => set[name])))
      return new Set(keys).size < keys.length
    })
    return twice && `label ${twice.names.join(', ')} lists a value twice`
  },

  'bounded-series': ({ labels, maxSeries = DEFAULT_MAX_SERIES }: Definition) => {
    const known = labels.reduce((product, { known }) => product * known.length, 1)
    return known > maxSeries
      ? `its closed labels alone make ${known} series, more than maxSeries ${maxSeries}`
      : undefined
  },

  'bucket-order': (definition: Definition) => {
    if (definition.type !== 'histogram') return undefined
    const { buckets } = definition
    if (buckets.length === 0) return 'it has no buckets'
    return buckets.every(
      (edge, at) => Number.isFinite(edge) && edge > (buckets[at - 1] ?? -Infinity),
    )
      ? undefined
      : 'bucket edges must be finite and ascending, each once'
  },
}

export type LintRule = keyof typeof rules

/** The most series of a metric that does not say otherwise; OpenTelemetry's default limit. */
export const DEFAULT_MAX_SERIES = 2_000

const targetLabels = ['job', 'instance', 'namespace', 'pod', 'container', 'service', 'endpoint']

const baseUnits: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'milliseconds',
      'microseconds',
      'nanoseconds',
      'minutes',
      'hours',
      'days',
      'weeks',
      'ms',
      'us',
      'ns',
      'sec',
      'secs',
      'second',
    ].map((unit) => [unit, 'seconds']),
  ),
  ...Object.fromEntries(
    [
      'kilobytes',
      'megabytes',
      'gigabytes',
      'kibibytes',
      'mebibytes',
      'kb',
      'mb',
      'gb',
      'bits',
      'byte',
    ].map((unit) => [unit, 'bytes']),
  ),
  percent: 'ratio',
  percentage: 'ratio',
}

const words = (name: string) => name.split('_')
const labelNames = ({ labels }: Definition) => labels.flatMap(({ names }) => names)

/**
 * Everything that is wrong with a catalogue, one readable line each; empty when it is sound.
 * A rule in a definition's `allow` is waived for that definition.
 */
export function lint(catalogue: Catalogue): string[] {
  const seen = new Set<string>()
  return Object.entries(catalogue).flatMap(([key, definition]) => {
    const problems = (Object.keys(rules) as LintRule[])
      .filter((rule) => definition.allow?.[rule] === undefined)
      .flatMap((rule) => {
        const problem = rules[rule](definition)
        return problem ? [`${definition.name || key}: ${problem} [${rule}]`] : []
      })
    if (seen.has(definition.name)) problems.push(`${definition.name}: two entries have this name`)
    seen.add(definition.name)
    return problems
  })
}
