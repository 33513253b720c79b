import { given, type Json, list, number, record, text, texts, withValue } from './json.ts'
import { format } from './values.ts'

export interface ThresholdStep {
  /** The value from which on the colour counts; the first step has none. */
  readonly value: number | null
  readonly color: string
}

interface Shown {
  readonly text?: string
  readonly color?: string
}
type Mapping =
  | { readonly type: 'value'; readonly results: Readonly<Record<string, Shown>> }
  | { readonly type: 'range'; readonly from: number; readonly to: number; readonly result: Shown }
  | { readonly type: 'regex'; readonly pattern: string; readonly result: Shown }
  | { readonly type: 'special'; readonly match: string; readonly result: Shown }

/** How the values of one field are written and drawn. */
export interface FieldConfig {
  readonly displayName?: string
  readonly unit: string
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly noValue?: string
  readonly color?: string
  readonly colorMode: string
  readonly thresholds: readonly ThresholdStep[]
  readonly isPercentage: boolean
  readonly mappings: readonly Mapping[]
  readonly lineWidth: number
  readonly fillOpacity: number
  readonly style: 'line' | 'bars' | 'points'
  readonly interpolation: string
  readonly dash?: readonly number[]
  /** `auto` marks only what is no line: a value without neighbours. */
  readonly points: string
  readonly spansNulls: boolean
  readonly axis: string
  readonly axisLabel: string
  readonly axisSoftMin?: number
  readonly axisSoftMax?: number
  readonly isLogarithmic: boolean
  readonly isNegative: boolean
  readonly isHidden: boolean
  readonly isHiddenInLegend: boolean
  readonly isHiddenInTip: boolean
  readonly stacking: 'normal' | 'percent' | 'none'
  readonly thresholdLines: boolean
  readonly thresholdAreas: boolean
  /** Of a table. */
  readonly cell: string
  readonly align: string
  readonly width?: number
}

const shown = (value: unknown): Shown => {
  const { text: written, color } = record(value)
  return {
    ...given('text', typeof written === 'string' ? written : undefined),
    ...given('color', typeof color === 'string' ? color : undefined),
  }
}

function readMapping(raw: Json): Mapping {
  const options = record(raw.options)
  const result = shown(options.result)
  switch (raw.type) {
    case 'range':
      return {
        type: 'range',
        from: number(options.from) ?? Number.NEGATIVE_INFINITY,
        to: number(options.to) ?? Number.POSITIVE_INFINITY,
        result,
      }
    case 'regex':
      return { type: 'regex', pattern: text(options.pattern), result }
    case 'special':
      return { type: 'special', match: text(options.match), result }
    default: {
      const results = Object.entries(options).map(([key, one]) => [key, shown(one)])
      return { type: 'value', results: Object.fromEntries(results) }
    }
  }
}

export function readField(raw: Json): FieldConfig {
  const custom = record(raw.custom)
  const color = record(raw.color)
  const line = record(custom.lineStyle)
  const hidden = record(custom.hideFrom)
  const thresholds = record(raw.thresholds)
  const style = text(record(custom.thresholdsStyle).mode, 'off')
  const stacking = text(record(custom.stacking).mode, 'none')
  const dash = texts(line.dash).map(Number)
  const usual = line.fill === 'dash' ? [10, 10] : line.fill === 'dot' ? [0, 10] : undefined
  return {
    ...given('displayName', text(raw.displayName) || undefined),
    unit: text(raw.unit, 'short'),
    ...given('decimals', number(raw.decimals)),
    ...given('min', number(raw.min)),
    ...given('max', number(raw.max)),
    ...given('noValue', typeof raw.noValue === 'string' ? raw.noValue : undefined),
    ...given('color', color.mode === 'fixed' ? text(color.fixedColor, 'text') : undefined),
    colorMode: text(color.mode),
    thresholds: list(thresholds.steps).map(({ value, color }) => ({
      value: number(value) ?? null,
      color: text(color, 'green'),
    })),
    isPercentage: thresholds.mode === 'percentage',
    mappings: list(raw.mappings).map(readMapping),
    lineWidth: number(custom.lineWidth) ?? 1,
    fillOpacity: number(custom.fillOpacity) ?? 0,
    style: custom.drawStyle === 'bars' || custom.drawStyle === 'points' ? custom.drawStyle : 'line',
    interpolation: text(custom.lineInterpolation, 'linear'),
    ...given('dash', usual && dash.length > 0 ? dash : usual),
    points: text(custom.showPoints, 'auto'),
    spansNulls: custom.spanNulls === true,
    axis: text(custom.axisPlacement, 'auto'),
    axisLabel: text(custom.axisLabel),
    ...given('axisSoftMin', number(custom.axisSoftMin)),
    ...given('axisSoftMax', number(custom.axisSoftMax)),
    isLogarithmic: record(custom.scaleDistribution).type === 'log',
    isNegative: custom.transform === 'negative-Y',
    isHidden: hidden.viz === true || custom.hidden === true,
    isHiddenInLegend: hidden.legend === true,
    isHiddenInTip: hidden.tooltip === true,
    stacking: stacking === 'normal' || stacking === 'percent' ? stacking : 'none',
    thresholdLines: style.startsWith('line') || style.startsWith('dashed'),
    thresholdAreas: style.endsWith('area'),
    cell: text(record(custom.cellOptions).type) || text(custom.displayMode, 'auto'),
    align: text(custom.align, 'auto'),
    ...given('width', number(custom.width)),
  }
}

/** What an override looks at. */
export interface FieldId {
  readonly name: string
  readonly refId: string
  readonly type: 'number' | 'string' | 'time'
}

/** `/a.b/i` as Grafana writes a regular expression; text without slashes is one as well. */
export function patternOf(written: string): RegExp | undefined {
  const [, body, flags] = /^\/(.*)\/([a-z]*)$/s.exec(written) ?? [undefined, written, '']
  try {
    return new RegExp(body ?? '', flags)
  } catch {
    return undefined
  }
}

function matches({ id, options }: Json, field: FieldId): boolean {
  switch (id) {
    case 'byName':
      return options === field.name
    case 'byNames':
      return texts(record(options).names).includes(field.name)
    case 'byRegexp':
      return patternOf(text(options))?.test(field.name) ?? false
    case 'byFrameRefID':
      return options === field.refId
    case 'byType':
      return options === field.type
    default:
      return false
  }
}

/** A panel's options for one field: the defaults, changed by the overrides that match, in order. */
export function configOf(
  { defaults, overrides }: { readonly defaults: Json; readonly overrides: readonly Json[] },
  field: FieldId,
): FieldConfig {
  const properties = overrides
    .filter(({ matcher }) => matches(record(matcher), field))
    .flatMap(({ properties }) => list(properties))
  return readField(
    properties.reduce((json, { id, value }) => withValue(json, text(id), value), defaults),
  )
}

/** The first mapping that a value meets. */
function mapped(value: unknown, mappings: readonly Mapping[]): Shown | undefined {
  for (const mapping of mappings) {
    if (mapping.type === 'value') {
      const result = Object.hasOwn(mapping.results, String(value))
        ? mapping.results[String(value)]
        : undefined
      if (result) return result
    } else if (mapping.type === 'range') {
      if (typeof value === 'number' && value >= mapping.from && value <= mapping.to)
        return mapping.result
    } else if (mapping.type === 'regex') {
      const pattern = patternOf(mapping.pattern)
      if (typeof value === 'string' && pattern?.test(value)) {
        const { text: written } = mapping.result
        return written === undefined
          ? mapping.result
          : { ...mapping.result, text: value.replace(pattern, written) }
      }
    } else if (isSpecial(value, mapping.match)) return mapping.result
  }
  return undefined
}

function isSpecial(value: unknown, match: string): boolean {
  const isNull = value === null || value === undefined
  const isNotANumber = typeof value === 'number' && Number.isNaN(value)
  if (match === 'null') return isNull
  if (match === 'nan') return isNotANumber
  if (match === 'null+nan') return isNull || isNotANumber
  return match === 'empty' ? value === '' : String(value) === match
}

/** The limits between which a percentage lies. */
export interface Span {
  readonly min: number
  readonly max: number
}

/** Thresholds as values: percentages lie between the least and the greatest value. */
export const stepsOf = (
  { thresholds, isPercentage, min, max }: FieldConfig,
  span: Span,
): readonly ThresholdStep[] => {
  if (!isPercentage) return thresholds
  const [low, high] = [min ?? span.min, max ?? span.max]
  return thresholds.map(({ value, color }) => ({
    value: value === null ? null : low + ((high - low) * value) / 100,
    color,
  }))
}

/** The step that counts for a value: the last whose value it has reached. */
export function thresholdOf(
  value: number | null,
  steps: readonly ThresholdStep[],
): ThresholdStep | undefined {
  if (value === null) return undefined
  return steps.filter((step) => step.value === null || value >= step.value).at(-1)
}

/** A value as it is written, with the colour that mappings, a fixed colour or thresholds give it. */
export function display(
  value: unknown,
  config: FieldConfig,
  span: Span = { min: 0, max: 100 },
): { readonly text: string; readonly color: string | undefined } {
  const special = mapped(value, config.mappings)
  const amount = typeof value === 'number' ? value : null
  const written =
    typeof value === 'string'
      ? value
      : amount === null || Number.isNaN(amount)
        ? (config.noValue ?? '–')
        : format(amount, config.unit, config.decimals)
  return {
    text: special?.text ?? written,
    color: special?.color ?? config.color ?? thresholdOf(amount, stepsOf(config, span))?.color,
  }
}
