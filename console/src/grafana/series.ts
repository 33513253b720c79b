import type { Line, Region } from './chart.tsx'
import type { Annotation, Target } from './model.ts'
import { interpolate, legendOf, type RangeSeries, type ResolvedVariable } from './template.ts'
import { lastOf } from './values.ts'

const HUES = 8
/** Errors are red; no other series is. */
const ERROR = /\b5xx\b|error|fail/i

/** Puts every series on one grid of times; where one has no sample its line has a gap. */
export function linesOf(
  answers: readonly { readonly target: Target; readonly series: readonly RangeSeries[] }[],
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
  variables: readonly ResolvedVariable[],
): { readonly times: number[]; readonly lines: Line[] } {
  const count = Math.max(1, Math.round((end - start) / step) + 1)
  const times = Array.from({ length: count }, (_, index) => start + index * step)
  const unsorted = answers.flatMap(({ target, series }) =>
    series.map(({ metric, values }) => {
      const grid: (number | null)[] = new Array(count).fill(null)
      for (const [at, text] of values) {
        const value = Number(text)
        const index = Math.round((at - start) / step)
        if (Number.isFinite(value) && index >= 0 && index < count) grid[index] = value
      }
      return {
        label: interpolate(legendOf(target.legendFormat, metric, target.expr), variables),
        values: grid,
      }
    }),
  )
  // The highest lines get the hues; what is left is grey.
  const ranked = unsorted
    .filter(({ label, values }) => !ERROR.test(label) && values.some((value) => value))
    .toSorted((a, b) => highest(b.values) - highest(a.values))
  const rankOf = new Map(ranked.map((line, index) => [line, index + 1]))
  const lines = unsorted.map((line) => {
    const rank =
      rankOf.get(line) ?? (unsorted.length <= HUES ? unsorted.indexOf(line) + 1 : HUES + 1)
    const color = ERROR.test(line.label) ? '--bad' : rank <= HUES ? `--c${rank}` : '--rest'
    return { ...line, color }
  })
  return { times, lines }
}

const highest = (values: readonly (number | null)[]): number =>
  values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0)

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
  const busy = lines.filter((line) => !isZero(line))
  // One or two lines are listed anyhow: they say what the panel is about.
  const listed = lines.length <= 2 ? lines : busy
  const entries = listed.map((line) => ({ line, last: lastOf(line.values) }))
  return {
    entries: entries.toSorted((a, b) => (b.last ?? -1) - (a.last ?? -1)),
    zeros: lines.length - listed.length,
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
