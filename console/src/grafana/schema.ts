import { type Json, list, record, text, withValue } from './json.ts'
import { isUnitKnown } from './values.ts'

/** What is accepted at a place: a list of values, anything (`true`), a nested object, or what a check says. */
type Known = true | readonly unknown[] | KnownObject | Check
type Check = (value: unknown, path: string) => string[]
interface KnownObject {
  readonly [key: string]: Known
}

/** Every place whose value is not known to be drawn. */
function unknownIn(value: unknown, known: Known, path = ''): string[] {
  if (known === true || value === undefined || value === null) return []
  if (typeof known === 'function') return known(value, path)
  if (Array.isArray(known)) {
    const written = JSON.stringify(value)
    return known.some((one) => JSON.stringify(one) === written) ? [] : [`${path} is ${written}`]
  }
  return Object.entries(record(value)).flatMap(([key, inner]) => {
    const next = Object.hasOwn(known, key) ? (known as KnownObject)[key] : undefined
    const place = path === '' ? key : `${path}.${key}`
    if (next !== undefined) return unknownIn(inner, next, place)
    return inner === null || inner === undefined ? [] : [`${place} is not known`]
  })
}

const each =
  (known: Known): Check =>
  (value, path) =>
    (Array.isArray(value) ? value : []).flatMap((one, index) =>
      unknownIn(one, known, `${path}[${index}]`),
    )
/** Each value of a list is one of these. */
const amongst =
  (values: readonly string[]): Check =>
  (value, path) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => !values.includes(String(one)))
      .map((one) => `${path} has ${JSON.stringify(one)}`)

/** The ways to make one value of many that are calculated. */
export const CALCULATIONS = [
  ...['lastNotNull', 'last', 'firstNotNull', 'first', 'min', 'max', 'mean', 'sum', 'count'],
  ...['range', 'delta', 'diff', 'diffperc', 'median', 'stdDev', 'variance', 'distinctCount'],
]
const CALCS = amongst(CALCULATIONS)

const LINK: Known = {
  ...{ title: true, url: true, type: ['link', 'dashboards'], tags: true, icon: true },
  ...{ tooltip: true, targetBlank: true, includeVars: true, keepTime: true, placement: true },
  asDropdown: [false],
}
const DASHBOARD: Known = {
  // Options of the editor, which draw nothing.
  ...{ editable: true, fiscalYearStartMonth: true, schemaVersion: true, version: true, id: true },
  ...{ style: true, iteration: true, gnetId: true, weekStart: true, timepicker: true },
  ...{ preload: true, timezone: true, liveNow: true, __inputs: true, __requires: true },
  ...{ __elements: true, graphTooltip: [0, 1, 2] },
  ...{ uid: true, title: true, description: true, tags: true, time: true, refresh: true },
  ...{ templating: { list: true }, annotations: { list: true }, links: true, panels: true },
}

const RESULT: Known = { text: true, color: true, index: true, icon: true }
const MAPPING: Check = (value, path) => {
  const { type, options } = record(value)
  if (type === 'value')
    return Object.entries(record(options)).flatMap(([key, result]) =>
      unknownIn(result, RESULT, `${path}.options.${key}`),
    )
  const known: Known = {
    type: ['range', 'special', 'regex'],
    options: {
      ...{ from: true, to: true, pattern: true, result: RESULT },
      match: ['null', 'nan', 'null+nan', 'true', 'false', 'empty'],
    },
  }
  return unknownIn(value, known, path)
}
const UNIT: Check = (value, path) =>
  isUnitKnown(String(value)) ? [] : [`${path} is ${JSON.stringify(value)}`]
const DEFAULTS: KnownObject = {
  ...{ unit: UNIT, decimals: true, min: true, max: true, noValue: true, displayName: true },
  ...{ description: true, fieldMinMax: [false], unitScale: true, links: [[]], filterable: true },
  color: {
    ...{ fixedColor: true, seriesBy: true },
    mode: ['palette-classic', 'palette-classic-by-name', 'thresholds', 'fixed'],
  },
  thresholds: { mode: ['absolute', 'percentage'], steps: true },
  mappings: each(MAPPING),
}
const LINES: KnownObject = {
  ...{ lineWidth: true, fillOpacity: true, axisSoftMin: true, axisSoftMax: true, axisLabel: true },
  drawStyle: ['line', 'bars', 'points'],
  lineInterpolation: ['linear', 'smooth', 'stepAfter', 'stepBefore'],
  lineStyle: { fill: ['solid', 'dash', 'dot'], dash: true },
  showPoints: ['never', 'auto', 'always'],
  ...{ axisPlacement: ['auto', 'left', 'right', 'hidden'], gradientMode: ['none', 'opacity'] },
  ...{ pointSize: true, spanNulls: [true, false], barAlignment: true, axisBorderShow: [false] },
  ...{ axisColorMode: ['text'], hideFrom: true, insertNulls: [false], axisGridShow: [true] },
  ...{ axisCenteredZero: [false], barWidthFactor: true, showValues: [false], barMaxWidth: true },
  ...{ transform: ['constant', 'negative-Y'], lineColor: true, fillBelowTo: [''] },
  scaleDistribution: { type: ['linear', 'log'], log: true },
  stacking: { mode: ['normal', 'none', 'percent'], group: ['A'] },
  thresholdsStyle: { mode: ['off', 'line', 'dashed', 'area', 'line+area', 'dashed+area'] },
}
const CELL: Known = [
  ...['auto', 'color-text', 'color-background', 'color-background-solid', 'gauge', 'basic'],
  ...['lcd-gauge', 'gradient-gauge'],
]
const COLUMNS: KnownObject = {
  ...{ align: true, inspect: true, width: true, minWidth: true, filterable: true, hidden: true },
  ...{ displayMode: CELL, hideFrom: true },
  cellOptions: { type: CELL, mode: ['basic', 'gradient', 'lcd'], valueDisplayMode: true },
}

const fieldConfig = (custom: KnownObject): Known => {
  const defaults: Known = { ...DEFAULTS, custom }
  const override: Check = (value, path) => {
    const { matcher, properties } = record(value)
    const matchers = ['byName', 'byNames', 'byRegexp', 'byFrameRefID', 'byType', 'byValue']
    return [
      ...unknownIn(record(matcher).id, [...matchers.slice(0, -1)], `${path}.matcher.id`),
      ...list(properties).flatMap((property) =>
        unknownIn(withValue({}, text(property.id), property.value), defaults, path),
      ),
    ]
  }
  return { defaults, overrides: each(override) }
}

const TRANSFORMATIONS: KnownObject = {
  merge: true,
  organize: { excludeByName: true, indexByName: true, renameByName: true, includeByName: true },
  filterFieldsByName: { include: { names: true, pattern: true }, exclude: { names: true } },
  sortBy: { fields: true, sort: true },
  limit: { limitField: true },
  renameByRegex: { regex: true, renamePattern: true },
  reduce: { reducers: CALCS, mode: ['seriesToRows'], includeTimeField: [false] },
  joinByField: { byField: true, mode: ['outer', 'inner'] },
  labelsToFields: { mode: ['columns'], valueLabel: true, keepLabels: true },
}
const TRANSFORMATION: Check = (value, path) => {
  const { id, options, disabled } = record(value)
  if (disabled === true) return []
  const known = Object.hasOwn(TRANSFORMATIONS, text(id)) ? TRANSFORMATIONS[text(id)] : undefined
  if (known === undefined) return [`${path}: the transformation ${JSON.stringify(id)} is not known`]
  return unknownIn(options, known, `${path}.options`)
}

const PANEL: KnownObject = {
  ...{ id: true, type: true, title: true, description: true, gridPos: true, links: true },
  ...{ datasource: true, pluginVersion: true, transparent: true, interval: true },
  ...{ maxDataPoints: true, cacheTimeout: true, repeat: true, repeatDirection: ['h', 'v'] },
  ...{ maxPerRow: true },
}
const QUERIED: KnownObject = {
  ...PANEL,
  targets: true,
  transformations: each(TRANSFORMATION),
}
const TARGET: Known = {
  ...{ refId: true, expr: true, legendFormat: true, instant: true, range: true, hide: true },
  ...{ datasource: true, editorMode: true, exemplar: [false], interval: true, metric: true },
  ...{ format: ['time_series', 'table'], intervalFactor: [1], step: true, useBackend: true },
  ...{ disableTextWrap: true, fullMetaSearch: true, includeNullMetadata: true },
}
const REDUCE: Known = { calcs: CALCS, fields: [''], values: [false], limit: true }
const SINGLE: KnownObject = {
  ...{ reduceOptions: REDUCE, orientation: ['auto', 'horizontal', 'vertical'], text: true },
  ...{ sizing: true, minVizWidth: true, minVizHeight: true, maxVizHeight: true },
  ...{ showThresholdLabels: [false], legend: { showLegend: [false, true], calcs: true } },
}

/** What each type of panel draws. */
const PANELS: Readonly<Record<string, KnownObject>> = {
  row: { ...PANEL, collapsed: true, panels: true },
  text: { ...PANEL, options: { content: true, mode: ['markdown'], code: true } },
  stat: {
    ...QUERIED,
    fieldConfig: fieldConfig({}),
    options: {
      ...SINGLE,
      colorMode: ['value', 'none', 'background', 'background_solid'],
      graphMode: ['none', 'area'],
      textMode: ['auto', 'value', 'name', 'value_and_name', 'none'],
      justifyMode: ['auto', 'center'],
      ...{ showPercentChange: [false], percentChangeColorMode: true, wideLayout: true },
    },
  },
  gauge: {
    ...QUERIED,
    fieldConfig: fieldConfig({}),
    options: { ...SINGLE, showThresholdMarkers: [true, false] },
  },
  bargauge: {
    ...QUERIED,
    fieldConfig: fieldConfig({}),
    options: {
      ...SINGLE,
      displayMode: ['basic', 'gradient', 'lcd'],
      valueMode: ['color', 'text', 'hidden'],
      namePlacement: ['auto', 'left', 'top'],
      showUnfilled: [true, false],
    },
  },
  table: {
    ...QUERIED,
    fieldConfig: fieldConfig(COLUMNS),
    options: {
      ...{ showHeader: true, sortBy: true, cellHeight: true, frameIndex: [0] },
      footer: { show: [false], reducer: true, fields: true, countRows: [false] },
    },
  },
  timeseries: {
    ...QUERIED,
    fieldConfig: fieldConfig(LINES),
    options: {
      legend: {
        ...{ displayMode: ['list', 'table', 'hidden'], placement: ['bottom', 'right'] },
        ...{ showLegend: true, calcs: CALCS, width: true, sortBy: true, sortDesc: true },
      },
      tooltip: {
        mode: ['multi', 'single', 'none'],
        sort: ['desc', 'none', 'asc'],
        ...{ hideZeros: true, maxHeight: true, maxWidth: true },
      },
    },
  },
}
const VARIABLE: Known = {
  type: ['datasource', 'query', 'custom', 'constant', 'textbox', 'interval'],
  ...{ name: true, label: true, description: true, query: true, definition: true },
  ...{ datasource: true, refresh: true, multi: true, includeAll: true, allValue: true },
  ...{ current: true, options: true, hide: true, skipUrlSync: true, allowCustomValue: true },
  ...{ auto: [false], auto_min: true, auto_count: true, regex: true, useTags: [false] },
  ...{ sort: [0, 1, 2, 3, 4, 5, 6], allFormat: true, tagsQuery: [''], tagValuesQuery: [''] },
}
const ANNOTATION: Known = {
  ...{ name: true, enable: true, hide: true, iconColor: true, builtIn: true, type: true },
  ...{ datasource: true, expr: true, step: true, titleFormat: true, textFormat: true },
  ...{ placement: true, target: true, useValueForTime: [false], tagKeys: true },
}

const placed = (place: string, found: readonly string[]) => found.map((one) => `${place}: ${one}`)

function unsupportedPanel(raw: Json): string[] {
  const place = `panel “${text(raw.title)}”`
  const type = text(raw.type)
  const known = Object.hasOwn(PANELS, type) ? PANELS[type] : undefined
  if (known === undefined) return [`${place}: type ${JSON.stringify(raw.type)} is not drawn`]
  return [
    ...placed(place, unknownIn(raw, known)),
    ...list(raw.targets).flatMap((target) =>
      placed(`${place}, query ${target.refId}`, unknownIn(target, TARGET)),
    ),
    ...list(raw.panels).flatMap(unsupportedPanel),
  ]
}

/** Each part of a dashboard's JSON that is not drawn as Grafana draws it, by its path. */
export function unsupported(json: unknown): string[] {
  const raw = record(json)
  const all: readonly (readonly [string, Known, readonly Json[], string])[] = [
    ['variable', VARIABLE, list(record(raw.templating).list), 'name'],
    ['annotation', ANNOTATION, list(record(raw.annotations).list), 'name'],
    ['link', LINK, list(raw.links), 'title'],
  ]
  return [
    ...unknownIn(raw, DASHBOARD),
    ...all.flatMap(([what, known, ones, name]) =>
      ones.flatMap((one) => placed(`${what} “${one[name]}”`, unknownIn(one, known))),
    ),
    ...list(raw.panels).flatMap(unsupportedPanel),
  ]
}
