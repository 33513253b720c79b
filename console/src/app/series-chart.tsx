import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Labels } from '../server/state.ts'
import type { RangeSeries } from './ask.ts'
import { clock, day, exact, type Unit, withUnit } from './format.ts'

export interface Line {
  readonly label: string
  readonly values: readonly (number | null)[]
}
interface Threshold {
  readonly value: number
  readonly label: string
}
/** A span of time with a meaning, such as a fault that was active. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly label: string
  readonly tone: 'warn' | 'bad'
}

interface Props {
  /** Seconds since 1970, evenly spaced. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly unit: Unit
  readonly height: number
  readonly thresholds?: readonly Threshold[]
  readonly bands?: readonly Band[]
  readonly onZoom?: (from: number, to: number) => void
  /** Says in words what the chart shows, for who cannot see it. */
  readonly title: string
}

const COLORS = ['--c1', '--c2', '--c3', '--c4', '--c5', '--c6', '--c7', '--c8']
export const colorOf = (index: number): string => COLORS[index] ?? '--rest'
const MOST_IN_TIP = 8

/** Puts series on one grid of times; where one has no sample its line has a gap. */
export function linesOf(
  series: readonly RangeSeries[],
  { start, end, step }: { readonly start: number; readonly end: number; readonly step: number },
  nameOf: (labels: Labels) => string,
): { times: number[]; lines: Line[] } {
  const count = Math.max(1, Math.floor((end - start) / step) + 1)
  const times = Array.from({ length: count }, (_, index) => start + index * step)
  const lines = series.map(({ metric, values }) => {
    const grid: (number | null)[] = new Array(count).fill(null)
    for (const [at, text] of values) {
      const value = Number(text)
      if (Number.isFinite(value)) grid[Math.round((at - start) / step)] = value
    }
    return { label: nameOf(metric), values: grid }
  })
  return { times, lines }
}

/** Renders again when the reader or the system changes between dark and light. */
export function useTheme(): string {
  const read = () =>
    document.documentElement.dataset.theme ??
    (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark')
  const [theme, setTheme] = useState(read)
  useEffect(() => {
    const update = () => setTheme(read())
    const observer = new MutationObserver(update)
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = matchMedia('(prefers-color-scheme: light)')
    system.addEventListener('change', update)
    return () => {
      observer.disconnect()
      system.removeEventListener('change', update)
    }
  }, [])
  return theme
}

/** Lines over time with thresholds and bands; times are UTC. */
export function SeriesChart(props: Props) {
  const { times, lines, unit, height, thresholds = [], bands = [], onZoom, title } = props
  const box = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const theme = useTheme()
  const data = useMemo(
    () => [times, ...lines.map(({ values }) => values)] as uPlot.AlignedData,
    [times, lines],
  )
  // What the hooks of a living plot read: it is rebuilt only where its shape changes.
  const shown = useRef({ lines, thresholds, bands, onZoom })
  shown.current = { lines, thresholds, bands, onZoom }
  const shape = JSON.stringify([theme, unit, height, lines.map(({ label }) => label), !onZoom])

  useEffect(() => {
    const element = box.current
    if (!element) return
    const made = new uPlot(optionsOf(element, tip, shown, { unit, height, lines }), data, element)
    plot.current = made
    const resized = new ResizeObserver(([entry]) => {
      if (entry) made.setSize({ width: Math.floor(entry.contentRect.width), height })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
    }
  }, [shape])
  useEffect(() => plot.current?.setData(data), [data, bands, thresholds])

  return (
    <div class="chart" ref={box} style={{ height: `${height}px` }} role="img" aria-label={title}>
      <div class="tip" ref={tip} hidden />
    </div>
  )
}

interface Shown extends Required<Pick<Props, 'lines' | 'thresholds' | 'bands'>> {
  readonly onZoom: Props['onZoom'] | undefined
}

function optionsOf(
  element: HTMLElement,
  tip: { current: HTMLDivElement | null },
  shown: { readonly current: Shown },
  { unit, height, lines }: Pick<Props, 'unit' | 'height' | 'lines'>,
): uPlot.Options {
  const css = (name: string) => getComputedStyle(element).getPropertyValue(name).trim()
  const [grid, dim, bad, warn, panel] = ['--grid', '--text-dim', '--bad', '--warn', '--panel'].map(
    css,
  )
  const font = `11px ${css('--sans')}`
  const tones = { warn: warn ?? '', bad: bad ?? '' }

  function drawMarks(u: uPlot): void {
    const { ctx, bbox } = u
    const ratio = devicePixelRatio
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    for (const { from, to, tone } of shown.current.bands) {
      const [left, right] = [u.valToPos(from, 'x', true), u.valToPos(to, 'x', true)]
      ctx.fillStyle = tones[tone]
      ctx.globalAlpha = 0.07
      ctx.fillRect(left, bbox.top, right - left, bbox.height)
      ctx.globalAlpha = 0.9
      ctx.fillRect(left, bbox.top, Math.max(right - left, 3 * ratio), 2 * ratio)
      ctx.globalAlpha = 0.5
      ctx.fillRect(left, bbox.top, ratio, bbox.height)
    }
    for (const { value, label } of shown.current.thresholds) {
      const y = Math.round(u.valToPos(value, 'y', true))
      ctx.globalAlpha = 0.85
      ctx.strokeStyle = tones.bad
      ctx.lineWidth = ratio
      ctx.setLineDash([5 * ratio, 4 * ratio])
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
      ctx.globalAlpha = 1
      ctx.font = `${11 * ratio}px ${css('--sans')}`
      ctx.textAlign = 'left'
      const width = ctx.measureText(label).width
      const left = bbox.left + 6 * ratio
      const baseline = y > bbox.top + 20 * ratio ? y - 5 * ratio : y + 14 * ratio
      ctx.fillStyle = panel ?? ''
      ctx.fillRect(left - 3 * ratio, baseline - 11 * ratio, width + 6 * ratio, 14 * ratio)
      ctx.fillStyle = tones.bad
      ctx.fillText(label, left, baseline)
    }
    ctx.restore()
  }

  function showTip(u: uPlot): void {
    const box = tip.current
    if (!box) return
    const { idx, left = -1 } = u.cursor
    box.hidden = idx == null || left < 0
    if (box.hidden || idx == null) return
    const at = u.data[0][idx] ?? 0
    const rows = shown.current.lines
      .map(({ label, values }, index) => ({ label, index, value: values[idx] ?? null }))
      .filter((row): row is typeof row & { value: number } => row.value !== null)
      .sort((a, b) => b.value - a.value)
    const bands = shown.current.bands.filter(({ from, to }) => at >= from && at <= to)
    box.replaceChildren(
      made('time', exact(at * 1000)),
      ...bands.map(({ label }) => made('em', label)),
      ...rows.slice(0, MOST_IN_TIP).map(({ label, index, value }) => {
        const row = document.createElement('div')
        const swatch = document.createElement('i')
        swatch.style.background = `var(${colorOf(index)})`
        row.append(swatch, made('span', label), made('b', withUnit(value, unit)))
        return row
      }),
      ...(rows.length === 0 ? [made('small', 'no value')] : []),
      ...(rows.length > MOST_IN_TIP
        ? [made('small', `and ${rows.length - MOST_IN_TIP} more`)]
        : []),
    )
    const flips = left > u.over.clientWidth / 2
    const shift = u.over.offsetLeft + left + (flips ? -12 : 12)
    box.style.transform = `translate(${shift}px, 8px) translateX(${flips ? '-100%' : '0'})`
  }

  return {
    width: element.clientWidth,
    height,
    padding: [8, 12, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 6, width: 1 },
      drag: { x: true, y: false, setScale: false },
    },
    scales: {
      x: { time: true },
      y: {
        range: (_, low, high) => {
          const limits = shown.current.thresholds.map(({ value }) => value)
          // A limit far above the values would flatten them; it is named in the text.
          const near = limits.filter((value) => value <= (high || 0) * 20 || (high || 0) <= 0)
          const top = Math.max(high ?? 0, ...near)
          return [Math.min(0, low ?? 0), top > 0 ? top * 1.12 : 1]
        },
      },
    },
    axes: [
      {
        stroke: dim ?? '',
        font,
        size: 26,
        gap: 5,
        space: 74,
        grid: { show: false },
        ticks: { show: false },
        values: (_, splits, _axis, _space, step) =>
          splits.map((at, index) => timeText(at, step, splits[index - 1])),
      },
      {
        stroke: dim ?? '',
        font,
        gap: 6,
        space: 36,
        incrs: unit === 's' ? SECOND_STEPS : unit === 'bytes' ? BYTE_STEPS : undefined,
        grid: { stroke: grid ?? '', width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => (value === 0 ? '0' : withUnit(value, unit))),
        size: (_, values) => Math.max(36, 14 + 6.2 * longest(values)),
      } as uPlot.Axis,
    ],
    series: [
      {},
      ...lines.map((_, index) => {
        const stroke = css(colorOf(index))
        return {
          stroke,
          width: 1.5,
          ...(lines.length === 1 && { fill: `color-mix(in srgb, ${stroke} 10%, transparent)` }),
          points: { show: false },
        }
      }),
    ],
    hooks: {
      drawAxes: [drawMarks],
      setCursor: [showTip],
      setSelect: [
        (u) => {
          const { left, width } = u.select
          if (width > 6)
            shown.current.onZoom?.(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'))
          if (width > 0) u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

/** The day is named where it changes. */
function timeText(at: number, step: number, before: number | undefined): string {
  const ms = at * 1000
  if (step >= 86_400) return day(ms)
  const text = clock(ms).slice(0, step < 60 ? 8 : 5)
  return before !== undefined && day(before * 1000) !== day(ms) ? day(ms) : text
}

const longest = (values: readonly string[] | null) =>
  Math.max(0, ...(values ?? []).map(({ length }) => length))

const SECOND_STEPS = [
  1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120,
  300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000,
  8_640_000,
]
const BYTE_STEPS = Array.from({ length: 44 }, (_, power) => 2 ** power)

function made(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}
