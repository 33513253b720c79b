import { type FieldConfig, readField } from './fields.ts'
import { given, type Json, list, number, record, text, texts } from './json.ts'
import { unsupported } from './schema.ts'

/**
 * A dashboard in Grafana's JSON, as far as it is drawn here. What a file says beyond that is listed in
 * `unsupported`, so that nothing is left out in silence.
 * https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
 */

export interface GridPosition {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
  readonly instant: boolean
  /** Whether the answer is one table with a column for each label, instead of one series after another. */
  readonly isTable: boolean
  /** The least seconds between two points. */
  readonly interval: number
}

interface PanelLink {
  readonly title: string
  readonly url: string
}

export interface Transformation {
  readonly id: string
  readonly options: Json
}

interface Legend {
  readonly mode: 'list' | 'table' | 'hidden'
  readonly placement: 'bottom' | 'right'
  readonly calculations: readonly string[]
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description: string
  readonly gridPos: GridPosition
  readonly targets: readonly Target[]
  readonly links: readonly PanelLink[]
  /** The least seconds between two points; 0 where the scrapes decide. */
  readonly interval: number
  readonly maxDataPoints?: number
  readonly defaults: Json
  readonly overrides: readonly Json[]
  /** The defaults, read. */
  readonly config: FieldConfig
  readonly transformations: readonly Transformation[]
  /** Options of the type of panel, as they are written. */
  readonly options: Json
  /** How a series becomes one value. */
  readonly calculation: string
  readonly legend: Legend
  /** The variable for each value of which the panel is drawn once. */
  readonly repeat?: string
  readonly repeatsDown: boolean
  readonly maxPerRow: number
  /** Values that variables have in this copy of a repeated panel. */
  readonly scope?: Readonly<Record<string, string>>
}

export interface Row {
  readonly id: number
  readonly title: string
  readonly collapsed: boolean
  readonly y: number
  readonly panels: readonly Panel[]
  readonly repeat?: string
  readonly scope?: Readonly<Record<string, string>>
}

export interface Variable {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: 'datasource' | 'query' | 'custom' | 'constant' | 'textbox' | 'interval'
  readonly query: string
  /** Chooses among the values of a query, and what of each. */
  readonly regex: string
  readonly multi: boolean
  readonly includeAll: boolean
  readonly allValue?: string
  readonly sort: number
  readonly current: readonly string[]
  readonly isHidden: boolean
}

export interface Annotation {
  readonly name: string
  readonly expr: string
  readonly color: string
  /** Seconds. */
  readonly step: number
  readonly titleFormat: string
  readonly textFormat: string
}

export interface DashboardLink {
  readonly title: string
  readonly type: 'link' | 'dashboards'
  readonly url: string
  readonly tags: readonly string[]
  readonly keepTime: boolean
  readonly includeVars: boolean
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly from: string
  readonly to: string
  /** Seconds between two refreshes; 0 where it has none. */
  readonly refresh: number
  readonly variables: readonly Variable[]
  readonly annotations: readonly Annotation[]
  readonly links: readonly DashboardLink[]
  /** The panels before the first row are in a row without a title. */
  readonly rows: readonly Row[]
  /** What the file asks for and is not drawn, one sentence each. */
  readonly unsupported: readonly string[]
}

/** @throws Error for what is no dashboard at all. */
export function readDashboard(json: unknown): Dashboard {
  const raw = record(json)
  if (!Array.isArray(raw.panels)) throw new Error('This JSON has no panels: it is no dashboard.')
  const variables = list(record(raw.templating).list)
  const annotations = list(record(raw.annotations).list)
  const links = list(raw.links)
  const time = record(raw.time)
  return {
    uid: text(raw.uid),
    title: text(raw.title, 'Dashboard'),
    description: text(raw.description),
    tags: texts(raw.tags),
    from: text(time.from, 'now-6h'),
    to: text(time.to, 'now'),
    refresh: secondsOf(text(raw.refresh)),
    variables: variables.map(readVariable),
    annotations: annotations
      .filter(({ enable, expr, target }) => enable !== false && (expr || record(target).expr))
      .map(readAnnotation),
    links: links.map((link) => ({
      title: text(link.title),
      type: link.type === 'dashboards' ? 'dashboards' : 'link',
      url: text(link.url),
      tags: texts(link.tags),
      keepTime: link.keepTime === true,
      includeVars: link.includeVars === true,
    })),
    rows: readRows(list(raw.panels)),
    unsupported: unsupported(json),
  }
}

function readRows(panels: readonly Json[]): Row[] {
  const rows: { -readonly [key in keyof Row]: Row[key] }[] = []
  const sorted = panels.toSorted((a, b) => {
    const [one, other] = [position(a.gridPos), position(b.gridPos)]
    return one.y - other.y || one.x - other.x
  })
  for (const raw of sorted) {
    if (raw.type === 'row') {
      rows.push({
        id: number(raw.id) ?? rows.length,
        title: text(raw.title),
        collapsed: raw.collapsed === true,
        y: position(raw.gridPos).y,
        panels: readRows(list(raw.panels)).flatMap((row) => row.panels),
        ...given('repeat', text(raw.repeat) || undefined),
      })
      continue
    }
    let row = rows.at(-1)
    if (row === undefined) {
      row = { id: -1, title: '', collapsed: false, y: 0, panels: [] }
      rows.push(row)
    }
    row.panels = [...row.panels, readPanel(raw)]
  }
  return rows
}

function position(value: unknown): GridPosition {
  const { x, y, w, h } = record(value)
  return { x: number(x) ?? 0, y: number(y) ?? 0, w: number(w) ?? 12, h: number(h) ?? 8 }
}

const leastInterval = (value: unknown): number => secondsOf(text(value).replace(/^>/, ''))

function readTarget(raw: Json): Target {
  return {
    refId: text(raw.refId),
    expr: text(raw.expr),
    legendFormat: text(raw.legendFormat),
    instant: raw.instant === true && raw.range !== true,
    isTable: raw.format === 'table',
    interval: leastInterval(raw.interval),
  }
}

function readLegend(raw: Json): Legend {
  const mode = raw.displayMode === 'table' ? 'table' : 'list'
  return {
    mode: raw.showLegend === false || raw.displayMode === 'hidden' ? 'hidden' : mode,
    placement: raw.placement === 'right' ? 'right' : 'bottom',
    calculations: texts(raw.calcs),
  }
}

function readPanel(raw: Json): Panel {
  const fields = record(raw.fieldConfig)
  const defaults = record(fields.defaults)
  const options = record(raw.options)
  return {
    id: number(raw.id) ?? 0,
    type: text(raw.type),
    title: text(raw.title),
    description: text(raw.description),
    gridPos: position(raw.gridPos),
    targets: list(raw.targets)
      .filter(({ hide }) => hide !== true)
      .map(readTarget),
    links: list(raw.links).map((link) => ({ title: text(link.title), url: text(link.url) })),
    interval: leastInterval(raw.interval),
    ...given('maxDataPoints', number(raw.maxDataPoints)),
    defaults,
    overrides: list(fields.overrides),
    config: readField(defaults),
    transformations: list(raw.transformations)
      .filter(({ disabled }) => disabled !== true)
      .map((one) => ({ id: text(one.id), options: record(one.options) })),
    options,
    calculation: texts(record(options.reduceOptions).calcs)[0] ?? 'lastNotNull',
    legend: readLegend(record(options.legend)),
    ...given('repeat', text(raw.repeat) || undefined),
    repeatsDown: raw.repeatDirection === 'v',
    maxPerRow: number(raw.maxPerRow) ?? 4,
  }
}

function readVariable(raw: Json): Variable {
  const query = typeof raw.query === 'string' ? raw.query : text(record(raw.query).query)
  return {
    name: text(raw.name),
    label: text(raw.label) || text(raw.name),
    description: text(raw.description),
    type: text(raw.type, 'query') as Variable['type'],
    query,
    regex: text(raw.regex),
    multi: raw.multi === true,
    includeAll: raw.includeAll === true,
    ...given('allValue', typeof raw.allValue === 'string' ? raw.allValue : undefined),
    sort: number(raw.sort) ?? 0,
    current: texts(record(raw.current).value),
    isHidden: raw.hide === 2,
  }
}

function readAnnotation(raw: Json): Annotation {
  return {
    name: text(raw.name),
    expr: text(raw.expr) || text(record(raw.target).expr),
    color: text(raw.iconColor, 'blue'),
    step: secondsOf(text(raw.step)) || 60,
    titleFormat: text(raw.titleFormat),
    textFormat: text(raw.textFormat),
  }
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, M: 2_592_000, y: 31_536_000 },
}

/** `30s` in seconds; 0 for what is no duration. */
export function secondsOf(duration: string): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(ms|[smhdwMy])$/.exec(duration.trim()) ?? []
  return count === undefined ? 0 : Number(count) * (UNITS[unit ?? 's'] ?? 1)
}

/**
 * A time as Grafana writes it in addresses: `now-6h`, `now/d`, milliseconds since 1970, or ISO 8601.
 * Returns milliseconds; `undefined` for anything else.
 */
export function parseTime(value: string, now: number): number | undefined {
  if (/^\d{9,}$/.test(value)) return Number(value)
  const relative = /^now((?:[-+]\d+(?:ms|[smhdwMy]))*)(\/[smhdw])?$/.exec(value)
  if (!relative) {
    const at = Date.parse(value)
    return Number.isNaN(at) ? undefined : at
  }
  let at = now
  for (const [, sign, span] of (relative[1] ?? '').matchAll(/([-+])(\d+(?:ms|[smhdwMy]))/g))
    at += (sign === '-' ? -1 : 1) * secondsOf(span ?? '') * 1_000
  const rounded = relative[2]?.slice(1)
  if (rounded === undefined) return at
  const length = (UNITS[rounded] ?? 1) * 1_000
  // 1970 began on a Thursday, and a week begins on Monday.
  const shift = rounded === 'w' ? 3 * 86_400_000 : 0
  return Math.floor((at + shift) / length) * length - shift
}
