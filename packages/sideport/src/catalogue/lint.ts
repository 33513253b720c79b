import { collisions } from './collisions.ts'
import { type Catalogue, DEFAULT_MAX_SERIES, type Definition, type LintRule } from './definition.ts'
import type { LabelSet } from './labels.ts'
import { wrongUnit } from './promlint-units.ts'

/** Returns the problem of a definition, if it has one. */
type Rule = (definition: Definition) => string | undefined

/** What Prometheus' formats require of a name; no rule here can be waived. */
const nameRules = {
  'valid-name': ({ name }: Definition) =>
    /^[a-z_][a-z0-9_]*$/.test(name)
      ? undefined
      : 'the name must be lower snake_case: letters, digits and _, no colon, no capitals',

  'reserved-name': ({ name }: Definition) =>
    name === 'up' || name.startsWith('scrape_') || name.startsWith('__')
      ? 'up, scrape_… and __… belong to Prometheus'
      : undefined,

  'help-present': ({ help }: Definition) =>
    typeof help !== 'string' || help.trim() === ''
      ? 'help is empty; say in one sentence what is measured'
      : undefined,

  'unit-suffix': ({ name, unit }: Definition) =>
    unit && !name.replace(/_total$/, '').endsWith(`_${unit}`)
      ? `the unit is ${unit}, so the name must end in _${unit} (before _total)`
      : undefined,
}

/** What makes a name a good one; a reason may outweigh it. */
const nameTaste = {
  'total-suffix': ({ name, type }: Definition) =>
    name.endsWith('_total') === (type === 'counter')
      ? undefined
      : 'a counter ends in _total, and nothing else does',

  'reserved-suffix': ({ name }: Definition) =>
    /_(bucket|count|sum|created)$/.test(name)
      ? '_bucket, _count, _sum and _created are made by histograms'
      : undefined,

  'type-in-name': ({ name }: Definition) =>
    name.split('_').some((word) => ['counter', 'gauge', 'histogram', 'summary'].includes(word))
      ? 'the type does not belong in the name'
      : undefined,

  'base-unit': ({ name }: Definition) => wrongUnit(name),
}

const labelNames = ({ labels }: Definition) => labels.flatMap(({ names }) => names)

const misnamed = (label: string) => !/^[a-z_][a-z0-9_]*$/.test(label) || label.startsWith('__')
const ofTheFormat = (label: string) => label === 'le' || label === 'quantile'

/** What Prometheus' formats demand of labels; nothing can waive it. */
const labelRules = {
  'label-name': (definition: Definition) => {
    const wrong = labelNames(definition).find(misnamed)
    return wrong === undefined ? undefined : `label ${wrong} must be lower snake_case without __`
  },

  'label-twice': (definition: Definition) => {
    const names = labelNames(definition)
    const twice = names.find((label, at) => names.indexOf(label) !== at)
    return twice && `label ${twice} is declared twice`
  },

  'format-label': (definition: Definition) => {
    const taken = labelNames(definition).find(ofTheFormat)
    return taken && `label ${taken} is made by Prometheus`
  },

  'value-twice': (definition: Definition) => {
    const twice = definition.labels.find(({ names, known }) => {
      const keys = known.map((set) => JSON.stringify(names.map((name) => set[name])))
      return new Set(keys).size < keys.length
    })
    return twice && `label ${twice.names.join(', ')} lists a value twice`
  },
}

const TARGET_LABELS = ['job', 'instance', 'namespace', 'pod', 'container', 'service', 'endpoint']

/** What makes a label a good one; a reason may outweigh it. */
const labelTaste = {
  'target-label': (definition: Definition) => {
    const taken = labelNames(definition).find((label) => TARGET_LABELS.includes(label))
    return taken && `label ${taken} is set by the scraper on every target and would collide`
  },
}

/** Everything that is wrong with labels that every series of a process carries. */
export function lintConstantLabels(constant: LabelSet, definitions: readonly Definition[]) {
  return [
    ...Object.keys(constant)
      .filter(misnamed)
      .map((label) => `label ${label} must be lower snake_case without __`),
    ...Object.keys(constant)
      .filter(ofTheFormat)
      .map((label) => `label ${label} is made by Prometheus`),
    ...Object.entries(constant)
      .filter(([, value]: [string, unknown]) => typeof value !== 'string')
      .map(([label, value]) => `label ${label} has no text for a value, but ${value}`),
    ...definitions.flatMap((definition) =>
      labelNames(definition)
        .filter((label) => Object.hasOwn(constant, label))
        .map((label) => `${definition.name} has a label ${label} of its own; rename one`),
    ),
  ]
}

const isLimit = (value: number) => Number.isInteger(value) && value >= 1

/** What keeps the number of series and of lines in bounds; nothing can waive it. */
const limitRules = {
  'label-domain': ({ labels }: Definition) => {
    for (const { names, known, atMost } of labels) {
      const label = `label ${names.join(', ')}`
      if (atMost === undefined) {
        if (known.length < 1) return `${label} allows no value`
      } else if (!isLimit(atMost)) {
        return `${label} has atMost ${atMost}; it must be a whole number from 1 on`
      } else if (known.length > atMost) {
        return `${label} lists ${known.length} values, more than its atMost ${atMost}`
      }
    }
    return undefined
  },

  'bounded-series': ({ labels, maxSeries = DEFAULT_MAX_SERIES }: Definition) => {
    if (!isLimit(maxSeries)) return `maxSeries is ${maxSeries}; it must be a whole number from 1 on`
    const known = labels.reduce((product, { known }) => product * Math.max(1, known.length), 1)
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

/**
 * The rules a definition must keep, after Prometheus' own promlint
 * (https://github.com/prometheus/client_golang/tree/main/prometheus/testutil/promlint) and its
 * naming page (https://prometheus.io/docs/practices/naming/). Each answers with the problem, or nothing.
 */
const strict = { ...nameRules, ...labelRules, ...limitRules }
const taste: Readonly<Record<LintRule, Rule>> = { ...nameTaste, ...labelTaste }

/**
 * Everything that is wrong with a catalogue, one readable line each; empty when it is sound.
 * A rule in a definition's `allow` is waived for that definition.
 */
export function lint(catalogue: Catalogue): string[] {
  const unnamed = Object.keys(catalogue).filter((key) => typeof catalogue[key]?.name !== 'string')
  const named = Object.values(catalogue).filter(
    (definition) => typeof definition?.name === 'string',
  )
  return [
    ...unnamed.map((key) => `${key}: it has no name [valid-name]`),
    ...named.flatMap(problemsOf),
    ...collisions(named),
  ]
}

function problemsOf(definition: Definition): string[] {
  const waived = Object.keys(definition.allow ?? {})
  const rules = Object.entries({ ...strict, ...taste }).filter(
    ([rule]) => !(Object.hasOwn(taste, rule) && waived.includes(rule)),
  )
  return [
    ...waived
      .filter((rule) => !Object.hasOwn(taste, rule))
      .map((rule) => `${definition.name}: allow cannot waive ${rule}`),
    ...rules.flatMap(([rule, check]) => {
      const problem = check(definition)
      return problem ? [`${definition.name}: ${problem} [${rule}]`] : []
    }),
  ]
}
