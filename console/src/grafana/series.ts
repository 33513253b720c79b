import { configOf, type FieldConfig, type Span, stepsOf, thresholdOf } from './fields.ts'
import type { Frame } from './frames.ts'
import type { Annotation, Panel } from './model.ts'
import { legendOf, type RangeSeries } from './template.ts'
import { lastOf, tokenOf } from './values.ts'

export interface Line {
  readonly label: string
  /** A CSS variable, or a colour. */
  readonly color: string
  readonly values: readonly (number | null)[]
  readonly config: FieldConfig
}

/** A span of time in which something was so, from an annotation. Seconds since 1970. */
export interface Region {
  readonly from: number
  readonly to: number
  readonly title: string
  readonly text: string
  readonly color: string
}

const HUES = 8
/** Errors are red; no other series is. */
const ERROR = /\b5xx\b|error|fail/i

/** Puts every number of the frames on one grid of times; where a series has no sample its line has a gap. */
export function linesOf(
  frames: readonly Frame[],
  panel: Pick<Panel, 'defaults' | 'overrides'>,
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
): { readonly times: number[]; readonly lines: Line[] } {
  const count = Math.max(1, Math.round((end - start) / step) + 1)
  const times = Array.from({ length: count }, (_, index) => start + index * step)
  const unsorted = frames.flatMap(({ refId, fields }) => {
    const at = fields.find(({ type }) => type === 'time')?.values ?? []
    return fields
      .filter(({ type }) => type === 'number')
      .map(({ name, values }) => {
        const config = configOf(panel, { name, refId, type: 'number' })
        const grid: (number | null)[] = new Array(count).fill(null)
        values.forEach((value, place) => {
          const index = Math.round((Number(at[place]) / 1_000 - start) / step)
          if (typeof value === 'number' && Number.isFinite(value) && index >= 0 && index < count)
            grid[index] = config.isNegative ? -value : value
        })
        return { label: config.displayName ?? name, values: grid, config }
      })
      .filter(({ config }) => !config.isHidden)
  })
  // The highest lines get the hues; what is left is grey.
  const ranked = unsorted
    .filter(({ label, values }) => !ERROR.test(label) && values.some((value) => value))
    .toSorted((a, b) => highest(b.values) - highest(a.values))
  const rankOf = new Map(ranked.map((line, index) => [line, index + 1]))
  const lines = unsorted.map((line) => {
    const rank =
      rankOf.get(line) ?? (unsorted.length <= HUES ? unsorted.indexOf(line) + 1 : HUES + 1)
    const hue = ERROR.test(line.label) ? '--bad' : rank <= HUES ? `--c${rank}` : '--rest'
    return { ...line, color: colorOf(line, hue) }
  })
  return { times, lines }
}

/** A colour that the JSON fixes, or that of the threshold the last value has reached. */
function colorOf({ config, values }: Pick<Line, 'config' | 'values'>, hue: string): string {
  if (config.color !== undefined) return tokenOf(config.color)
  if (config.colorMode !== 'thresholds') return hue
  const last = lastOf(values)
  const step = thresholdOf(last, stepsOf(config, spanOf([values])))
  return step ? tokenOf(step.color) : hue
}

/** The least and the greatest of all values. */
export function spanOf(all: readonly (readonly (number | null)[])[]): Span {
  const span = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
  for (const values of all)
    for (const value of values) {
      if (value === null) continue
      span.min = Math.min(span.min, value)
      span.max = Math.max(span.max, value)
    }
  return span.min <= span.max ? span : { min: 0, max: 1 }
}

const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 0)), 0)

const isZero = ({ values }: Line): boolean => values.every((value) => value === null || value === 0)

export interface LegendEntry {
  readonly line: Line
  readonly last: number | null
}

/** What the legend lists: the highest first; lines that are zero all along are only counted. */
export function legendEntries(lines: readonly Line[]): {
  readonly entries: readonly LegendEntry[]
  readonly zeros: number
} {
  const named = lines.filter(({ config }) => !config.isHiddenInLegend)
  const busy = named.filter((line) => !isZero(line))
  // One or two lines are listed anyhow: they say what the panel is about.
  const listed = named.length <= 2 ? named : busy
  const entries = listed.map((line) => ({ line, last: lastOf(line.values) }))
  return {
    entries: entries.toSorted((a, b) => (b.last ?? -1) - (a.last ?? -1)),
    zeros: named.length - listed.length,
  }
}

/** Samples without a gap are one region, as Grafana joins them. */
export function regionsOf(
  { step, color, titleFormat, textFormat, expr }: Annotation,
  series: readonly RangeSeries[],
): Region[] {
  return series.flatMap(({ metric, values }) => {
    const regions: Region[] = []
    const title = legendOf(titleFormat, metric, expr)
    const text = textFormat === '' ? '' : legendOf(textFormat, metric, '')
    let from: number | undefined
    const there = values.filter(([, value]) => Number(value) > 0)
    there.forEach(([at], index) => {
      from ??= at
      const next = there[index + 1]?.[0]
      if (next !== undefined && next - at <= step) return
      regions.push({ from, to: at, title, text: text.trim(), color })
      from = undefined
    })
    return regions
  })
}
