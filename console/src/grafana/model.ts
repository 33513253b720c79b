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

export interface Target {
  readonly refId: string
  readonly expr: string
  readonly legendFormat: string
  readonly instant: boolean
}

export interface ThresholdStep {
  /** The value from which on the colour counts; the first step has none. */
  readonly value: number | null
  readonly color: string
}

interface PanelLink {
  readonly title: string
  readonly url: string
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
  readonly unit: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly noValue?: string
  readonly thresholds: readonly ThresholdStep[]
  readonly lineWidth: number
  readonly fillOpacity: number
  readonly axisSoftMin?: number
  readonly isStacked: boolean
  readonly showsThresholds: boolean
  readonly showsLegend: boolean
  /** The text of a text panel. */
  readonly text: string
}

export interface Row {
  readonly id: number
  readonly title: string
  readonly collapsed: boolean
  readonly y: number
  readonly panels: readonly Panel[]
}

export interface Variable {
  readonly name: string
  readonly label: string
  readonly description: string
  readonly type: 'datasource' | 'query' | 'custom' | 'constant' | 'textbox'
  readonly query: string
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
  /** The panels before the first row stand in a row without a title. */
  readonly rows: readonly Row[]
  /** What the file asks for and is not drawn, one sentence each. */
  readonly unsupported: readonly string[]
}

type Json = Readonly<Record<string, unknown>>

/** What is accepted at a place: a list of values, anything (`true`), or a nested object. */
type Known = true | readonly unknown[] | KnownObject
interface KnownObject {
  readonly [key: string]: Known
}

const DATASOURCE: Known = true
const LINK: Known = {
  ...{
    title: true,
    url: true,
    type: ['link', 'dashboards'],
    tags: true,
    icon: true,
    tooltip: true,
  },
  ...{ targetBlank: true, includeVars: true, keepTime: true, placement: true, asDropdown: [false] },
}
/** Options of an editor or of a way to look that draw nothing. */
const IGNORED: KnownObject = {
  ...{ editable: true, fiscalYearStartMonth: true, schemaVersion: true, version: true, id: true },
  ...{
    style: true,
    iteration: true,
    gnetId: true,
    weekStart: true,
    timepicker: true,
    preload: true,
  },
  ...{ timezone: true, liveNow: true, __inputs: true, __requires: true, __elements: true },
}
const DASHBOARD: Known = {
  ...IGNORED,
  ...{ uid: true, title: true, description: true, tags: true, time: true, refresh: true },
  ...{ templating: true, annotations: true, links: true, panels: true, graphTooltip: [0, 1, 2] },
}
const DEFAULTS: KnownObject = {
  ...{ unit: true, decimals: true, min: true, max: true, noValue: true, color: true },
  thresholds: { mode: ['absolute'], steps: true },
  mappings: [[]],
  links: [[]],
}
const PANEL: KnownObject = {
  ...{ id: true, type: true, title: true, description: true, gridPos: true, links: true },
  ...{ datasource: DATASOURCE, pluginVersion: true, transparent: true, repeatDirection: true },
  ...{ interval: true, maxDataPoints: true, cacheTimeout: true },
}
const QUERIED: KnownObject = { ...PANEL, targets: true, transformations: [[]] }
const TARGET: Known = {
  ...{ refId: true, expr: true, legendFormat: true, instant: true, range: true, hide: [false] },
  ...{ datasource: DATASOURCE, editorMode: true, format: ['time_series'], exemplar: [false] },
}
const REDUCE: Known = { calcs: [['lastNotNull'], ['last'], []], fields: [''], values: [false] }

/** What each type of panel draws. */
const PANELS: KnownObject = {
  row: { ...PANEL, collapsed: true, panels: true },
  text: { ...PANEL, options: { content: true, mode: ['markdown'], code: true } },
  stat: {
    ...QUERIED,
    fieldConfig: { defaults: DEFAULTS, overrides: [[]] },
    options: {
      ...{ colorMode: ['value', 'none'], graphMode: ['none'], textMode: ['auto'] },
      ...{ justifyMode: ['auto'], orientation: ['auto', 'horizontal'], reduceOptions: REDUCE },
      ...{ showPercentChange: [false], percentChangeColorMode: true, wideLayout: true },
    },
  },
  timeseries: {
    ...QUERIED,
    fieldConfig: {
      defaults: {
        ...DEFAULTS,
        custom: {
          ...{ lineWidth: true, fillOpacity: true, axisSoftMin: true, axisLabel: [''] },
          ...{ drawStyle: ['line'], lineInterpolation: ['linear'], showPoints: ['never', 'auto'] },
          ...{
            axisPlacement: ['auto'],
            gradientMode: ['none'],
            pointSize: true,
            spanNulls: [false],
          },
          ...{ barAlignment: true, axisBorderShow: [false], axisColorMode: ['text'] },
          ...{ hideFrom: true, insertNulls: [false], scaleDistribution: { type: ['linear'] } },
          ...{ axisCenteredZero: [false], barWidthFactor: true, showValues: [false] },
          stacking: { mode: ['normal', 'none'], group: true },
          thresholdsStyle: { mode: ['line', 'off', 'dashed'] },
        },
      },
      overrides: [[]],
    },
    options: {
      legend: {
        ...{ displayMode: ['list'], placement: ['bottom'], showLegend: true, calcs: [[]] },
      },
      tooltip: {
        mode: ['multi', 'single', 'none'],
        sort: ['desc', 'none', 'asc'],
        hideZeros: true,
      },
    },
  },
}
const VARIABLE: Known = {
  ...{ type: ['datasource', 'query', 'custom', 'constant', 'textbox'], name: true, label: true },
  ...{ description: true, query: true, definition: true, datasource: DATASOURCE, refresh: true },
  ...{ multi: true, includeAll: true, allValue: true, current: true, options: true, hide: true },
  ...{ skipUrlSync: true, allowCustomValue: true, auto: [false], auto_min: true, auto_count: true },
  ...{ sort: [0, 1, 2, 3, 4, 5, 6], regex: [''], allFormat: true, useTags: [false] },
}
const ANNOTATION: Known = {
  ...{ name: true, enable: true, hide: true, iconColor: true, builtIn: true, type: true },
  ...{ datasource: DATASOURCE, expr: true, step: true, titleFormat: true, textFormat: true },
  ...{ placement: true, target: true, useValueForTime: [false] },
}

/** Every place whose value is not known to be drawn. */
function unknownIn(value: unknown, known: Known, path: string): string[] {
  if (known === true || value === undefined || value === null) return []
  if (Array.isArray(known)) {
    const text = JSON.stringify(value)
    return known.some((one) => JSON.stringify(one) === text) ? [] : [`${path} is ${text}`]
  }
  return Object.entries(value as Json).flatMap(([key, inner]) => {
    const next = (known as KnownObject)[key]
    const place = path === '' ? key : `${path}.${key}`
    if (next !== undefined) return unknownIn(inner, next, place)
    return inner === null || inner === undefined ? [] : [`${place} is not known`]
  })
}

const record = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {}
const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : [])
const text = (value: unknown, fallback = ''): string =>
  typeof value === 'string' ? value : fallback
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined
const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String)
/** Leaves out what is not there: `{ min: undefined }` is not `{}`. */
const given = <Name extends string, Value>(name: Name, value: Value | undefined) =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: Value }

/** @throws Error for what is no dashboard at all. */
export function readDashboard(json: unknown): Dashboard {
  const raw = record(json)
  if (!Array.isArray(raw.panels)) throw new Error('This JSON has no panels: it is no dashboard.')
  const unsupported = unknownIn(raw, DASHBOARD, '')
  const variables = list(record(raw.templating).list)
  for (const one of variables)
    unsupported.push(...unknownIn(one, VARIABLE, '').map((what) => `variable ${one.name}: ${what}`))
  const annotations = list(record(raw.annotations).list)
  for (const one of annotations)
    unsupported.push(
      ...unknownIn(one, ANNOTATION, '').map((what) => `annotation “${one.name}”: ${what}`),
    )
  const links = list(raw.links)
  for (const one of links)
    unsupported.push(...unknownIn(one, LINK, '').map((what) => `link “${one.title}”: ${what}`))
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
    rows: readRows(list(raw.panels), unsupported),
    unsupported,
  }
}

function readRows(panels: readonly Json[], unsupported: string[]): Row[] {
  const rows: { -readonly [key in keyof Row]: Row[key] }[] = []
  const sorted = panels.toSorted((a, b) => {
    const [one, other] = [position(a.gridPos), position(b.gridPos)]
    return one.y - other.y || one.x - other.x
  })
  for (const raw of sorted) {
    const title = text(raw.title)
    const known = PANELS[text(raw.type)]
    const place = `panel “${title}”`
    if (known === undefined)
      unsupported.push(`${place}: type ${JSON.stringify(raw.type)} is not drawn`)
    else unsupported.push(...unknownIn(raw, known, '').map((what) => `${place}: ${what}`))
    for (const target of list(raw.targets))
      unsupported.push(
        ...unknownIn(target, TARGET, '').map((what) => `${place}, query ${target.refId}: ${what}`),
      )
    if (raw.type === 'row') {
      const inner = list(raw.panels)
      rows.push({
        id: number(raw.id) ?? rows.length,
        title,
        collapsed: raw.collapsed === true,
        y: position(raw.gridPos).y,
        panels: readRows(inner, unsupported).flatMap((row) => row.panels),
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

function readPanel(raw: Json): Panel {
  const { defaults } = record(raw.fieldConfig)
  const field = record(defaults)
  const custom = record(field.custom)
  const options = record(raw.options)
  const style = record(custom.thresholdsStyle).mode
  return {
    id: number(raw.id) ?? 0,
    type: text(raw.type),
    title: text(raw.title),
    description: text(raw.description),
    gridPos: position(raw.gridPos),
    targets: list(raw.targets).map((target) => ({
      refId: text(target.refId),
      expr: text(target.expr),
      legendFormat: text(target.legendFormat),
      instant: target.instant === true && target.range !== true,
    })),
    links: list(raw.links).map((link) => ({ title: text(link.title), url: text(link.url) })),
    interval: secondsOf(text(raw.interval).replace(/^>/, '')),
    unit: text(field.unit, 'short'),
    ...given('decimals', number(field.decimals)),
    ...given('min', number(field.min)),
    ...given('max', number(field.max)),
    ...given('noValue', typeof field.noValue === 'string' ? field.noValue : undefined),
    thresholds: list(record(field.thresholds).steps).map(({ value, color }) => ({
      value: number(value) ?? null,
      color: text(color, 'green'),
    })),
    lineWidth: number(custom.lineWidth) ?? 1,
    fillOpacity: number(custom.fillOpacity) ?? 0,
    ...given('axisSoftMin', number(custom.axisSoftMin)),
    isStacked: record(custom.stacking).mode === 'normal',
    showsThresholds: style === 'line' || style === 'dashed',
    showsLegend: record(options.legend).showLegend !== false,
    text: text(options.content),
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
