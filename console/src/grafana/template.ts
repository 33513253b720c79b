import { patternOf } from './fields.ts'
import type { Dashboard, Variable } from './model.ts'

/** Where series come from. Times are seconds since 1970. */
export interface Source {
  readonly range: (
    query: { expr: string; start: number; end: number; step: number },
    signal?: AbortSignal,
  ) => Promise<readonly RangeSeries[]>
  readonly instant: (
    query: { expr: string; time: number },
    signal?: AbortSignal,
  ) => Promise<readonly InstantSeries[]>
  readonly labelValues: (
    label: string,
    match: readonly string[],
    start: number,
    end: number,
    signal?: AbortSignal,
  ) => Promise<readonly string[]>
}

type Labels = Readonly<Record<string, string>>
export interface RangeSeries {
  readonly metric: Labels
  readonly values: readonly (readonly [number, string])[]
}
interface InstantSeries {
  readonly metric: Labels
  readonly value: readonly [number, string]
}

export const ALL = '$__all'

/** A variable with its choices and what is chosen. */
export interface ResolvedVariable extends Variable {
  readonly options: readonly string[]
  readonly chosen: readonly string[]
}

/** What macros such as `$__rate_interval` depend on; all in seconds. */
export interface Interval {
  readonly from: number
  readonly to: number
  readonly step: number
  /** Between two scrapes, as the datasource says. */
  readonly scrape: number
}

const escapeRegex = (value: string): string => value.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&')
const escapeString = (value: string): string =>
  value.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n')

/**
 * A variable's value inside a query, as Grafana's Prometheus datasource writes it: several values become
 * alternatives of a regular expression, one value of a variable that takes one is a string.
 */
function inQuery({ chosen, multi, includeAll, allValue, options }: ResolvedVariable): string {
  if (chosen.includes(ALL)) {
    if (allValue !== undefined) return allValue
    return alternatives(options)
  }
  if (multi || includeAll) return alternatives(chosen)
  return escapeString(chosen[0] ?? '')
}

function alternatives(values: readonly string[]): string {
  const escaped = values.map(escapeRegex)
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`
}

function formatted(variable: ResolvedVariable, format: string | undefined): string {
  const { chosen, options } = variable
  const values = chosen.includes(ALL) ? options : chosen
  switch (format) {
    case undefined:
      return inQuery(variable)
    case 'raw':
    case 'text':
      return values.join(',')
    case 'csv':
      return values.join(',')
    case 'pipe':
      return values.join('|')
    case 'regex':
      return alternatives(values)
    case 'json':
      return JSON.stringify(values)
    case 'percentencode':
      return encodeURIComponent(values.join(','))
    case 'queryparam':
      return values.map((value) => `var-${variable.name}=${encodeURIComponent(value)}`).join('&')
    default:
      return inQuery(variable)
  }
}

const REFERENCE = /\$(\w+)|\$\{(\w+)(?::(\w+))?\}|\[\[(\w+)(?::(\w+))?\]\]/g

/** Replaces variables and macros; a name that is not known stays as it is written. */
export function interpolate(
  text: string,
  variables: readonly ResolvedVariable[],
  interval?: Interval,
): string {
  const macros = interval ? macrosOf(interval) : {}
  return text.replace(REFERENCE, (whole, plain, braced, format, square, squareFormat) => {
    const name: string = plain ?? braced ?? square
    const macro = macros[name]
    if (macro !== undefined) return macro
    const variable = variables.find((one) => one.name === name)
    return variable ? formatted(variable, format ?? squareFormat) : whole
  })
}

/** https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#global-variables */
function macrosOf({ from, to, step, scrape }: Interval): Readonly<Record<string, string>> {
  const range = Math.round(to - from)
  return {
    __interval: `${step}s`,
    __interval_ms: String(step * 1_000),
    // Four scrapes, so that a rate has two samples also where one scrape fails.
    __rate_interval: `${Math.max(step + scrape, 4 * scrape)}s`,
    __range: `${range}s`,
    __range_s: String(range),
    __range_ms: String(range * 1_000),
    __from: String(Math.round(from * 1_000)),
    __to: String(Math.round(to * 1_000)),
  }
}

/** Lengths that people read, in seconds: Grafana rounds an interval to one of them. */
const NICE = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600,
  43_200, 86_400,
]

/** Seconds between two points: about one a pixel, and never shorter than a scrape. */
export function stepOf(from: number, to: number, points: number, scrape: number): number {
  const wanted = Math.max(scrape, (to - from) / Math.max(1, points))
  return NICE.find((length) => length >= wanted) ?? Math.ceil(wanted / 86_400) * 86_400
}

/** A name by Grafana's legend format: `{{job}} on {{instance}}`. */
export function legendOf(format: string, labels: Labels, expr: string): string {
  if (format !== '' && format !== '__auto')
    return format.replace(/\{\{\s*([\w.:-]+)\s*\}\}/g, (_, name: string) => labels[name] ?? '')
  const { __name__: metric = '', ...rest } = labels
  const pairs = Object.entries(rest).map(([name, value]) => `${name}="${value}"`)
  return pairs.length > 0 ? `${metric}{${pairs.join(', ')}}` : metric || expr
}

const SORTS: Readonly<Record<number, (a: string, b: string) => number>> = {
  1: (a, b) => a.localeCompare(b, 'en'),
  2: (a, b) => b.localeCompare(a, 'en'),
  3: (a, b) => Number(a) - Number(b),
  4: (a, b) => Number(b) - Number(a),
  5: (a, b) => a.localeCompare(b, 'en', { sensitivity: 'base' }),
  6: (a, b) => b.localeCompare(a, 'en', { sensitivity: 'base' }),
}

/** `given` has the values from the address, by the variable's name. */
export async function resolveVariables(
  { variables }: Dashboard,
  given: (name: string) => readonly string[],
  source: Source,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<ResolvedVariable[]> {
  const resolved: ResolvedVariable[] = []
  // A query may name the variables before it.
  for (const variable of variables) {
    const options = await optionsOf(variable, resolved, source, { from, to }, signal)
    const wanted = given(variable.name).filter((value) => value !== '')
    const isOffered = (value: string) => value === ALL || options.includes(value)
    const usual = variable.current.filter(isOffered)
    const fallback = variable.includeAll ? [ALL] : options.slice(0, 1)
    const chosen =
      wanted.length > 0
        ? wanted.map((value) => (value === 'All' && variable.includeAll ? ALL : value))
        : variable.type === 'textbox' || variable.type === 'constant'
          ? [variable.query]
          : usual.length > 0
            ? usual
            : fallback
    resolved.push({ ...variable, options, chosen: variable.multi ? chosen : chosen.slice(0, 1) })
  }
  return resolved
}

/** `a, b, name : value`: a comma within a value is written `\\,`. */
const customValues = (query: string): string[] =>
  query
    .split(/(?<!\\),/)
    .map((value) =>
      value
        .replaceAll('\\,', ',')
        .replace(/^.*?\s:\s/s, '')
        .trim(),
    )
    .filter((value) => value !== '')

/** Values that a regular expression matches: its group `value`, else its first group, else all of it. */
function chosenBy(regex: string, values: readonly string[]): string[] {
  const pattern = patternOf(regex)
  if (!pattern) throw new Error(`The regular expression of a variable cannot be read: ${regex}`)
  const once = new RegExp(pattern.source, pattern.flags.replace('g', ''))
  const found = values.flatMap((value) => {
    const match = once.exec(value)
    return match ? (match.groups?.value ?? match[1] ?? match[0]) : []
  })
  return [...new Set(found)]
}

/** What a variable asks of Prometheus. */
async function answerTo(
  call: string,
  source: Source,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const values = /^label_values\(\s*(?:([\s\S]+?)\s*,\s*)?(\w+)\s*\)$/.exec(call)
  if (values) {
    const [, selector, label = ''] = values
    return await source.labelValues(label, selector ? [selector] : [], from, to, signal)
  }
  const metrics = /^metrics\((.*)\)$/s.exec(call)
  if (metrics) {
    const pattern = patternOf(metrics[1]?.trim() ?? '')
    const names = await source.labelValues('__name__', [], from, to, signal)
    return names.filter((name) => pattern?.test(name))
  }
  const result = /^query_result\((.*)\)$/s.exec(call)
  if (!result) throw new Error(`The query of a variable is not known: ${call}`)
  const series = await source.instant({ expr: result[1] ?? '', time: to }, signal)
  return series.map(({ metric: { __name__: name = '', ...labels }, value: [at, value] }) => {
    const pairs = Object.entries(labels).map(([label, one]) => `${label}="${one}"`)
    return `${name}{${pairs.join(',')}} ${value} ${at * 1_000}`
  })
}

async function optionsOf(
  { type, query, sort, regex }: Variable,
  before: readonly ResolvedVariable[],
  source: Source,
  { from, to }: { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<string[]> {
  if (type === 'datasource') return ['prometheus']
  if (type === 'custom' || type === 'interval') return customValues(query)
  if (type !== 'query') return []
  const call = interpolate(query, before, { from, to, step: 60, scrape: 60 }).trim()
  const all = await answerTo(call, source, { from, to }, signal)
  const found = regex === '' ? all : chosenBy(interpolate(regex, before), all)
  const order = SORTS[sort]
  return order ? found.toSorted(order) : [...found]
}

/** Parameters of an address that say which values are chosen. */
export function addressOf(variables: readonly ResolvedVariable[]): [string, string][] {
  return variables
    .filter(({ type }) => type !== 'datasource' && type !== 'constant')
    .flatMap(({ name, chosen }) =>
      chosen.filter(Boolean).map((value): [string, string] => [`var-${name}`, value]),
    )
}
