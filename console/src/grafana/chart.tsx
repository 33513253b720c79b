import { useEffect, useMemo, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Panel } from './model.ts'
import { format, tokenOf } from './values.ts'

export interface Line {
  readonly label: string
  /** A CSS variable. */
  readonly color: string
  readonly values: readonly (number | null)[]
}

/** A span of time in which something was so, from an annotation. Seconds since 1970. */
export interface Region {
  readonly from: number
  readonly to: number
  readonly title: string
  readonly text: string
  readonly color: string
}

interface Props {
  readonly panel: Panel
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly regions: readonly Region[]
  readonly from: number
  readonly to: number
  readonly height: number
  /** Changes with the colours of the page. */
  readonly theme: string
  readonly onZoom: (from: number, to: number) => void
}

const MOST_IN_TIP = 10
/** Charts with the same key share their cross-hair. */
const CURSOR = uPlot.sync('dashboard')

/** Each line on top of the ones before it; where one has no value it adds nothing. */
export function stacked(lines: readonly Line[]): (number | null)[][] {
  const sums: number[] = []
  return lines.map(({ values }) =>
    values.map((value, index) => {
      if (value === null) return null
      const sum = (sums[index] ?? 0) + value
      sums[index] = sum
      return sum
    }),
  )
}

/** The lines of a time series panel, with thresholds and annotations; times are UTC. */
export function Chart(props: Props) {
  const { panel, times, lines, height, theme, from, to } = props
  const box = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const shown = useRef(props)
  shown.current = props
  const data = useMemo(() => {
    const drawn = panel.isStacked ? stacked(lines) : lines.map(({ values }) => values)
    return [times, ...drawn] as uPlot.AlignedData
  }, [times, lines, panel])
  const shape = JSON.stringify([
    theme,
    height,
    panel.id,
    lines.map(({ label, color }) => label + color),
  ])

  useEffect(() => {
    const element = box.current
    if (!element) return
    const made = new uPlot(optionsOf(element, tip, shown), data, element)
    plot.current = made
    const resized = new ResizeObserver(([entry]) => {
      if (entry) made.setSize({ width: Math.floor(entry.contentRect.width), height })
    })
    resized.observe(element)
    return () => {
      resized.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape])
  // The range of the axis is the one that was asked for, also where there is no sample.
  useEffect(() => plot.current?.setData(data), [data, from, to, props.regions])

  return (
    <div
      class="gf-chart"
      ref={box}
      style={{ height: `${height}px` }}
      role="img"
      aria-label={summary(props)}
    >
      <div class="tip" ref={tip} hidden />
    </div>
  )
}

/** What the chart shows, in words. */
const summary = ({ panel, lines }: Props): string =>
  `${panel.title}: ${lines.length} ${lines.length === 1 ? 'line' : 'lines'}, ${lines
    .slice(0, 3)
    .map(
      ({ label, values }) =>
        `${label} ${format(values.findLast((one) => one !== null) ?? null, panel.unit)}`,
    )
    .join(', ')}`

function optionsOf(
  element: HTMLElement,
  tip: { current: HTMLDivElement | null },
  shown: { readonly current: Props },
): uPlot.Options {
  const { panel, lines, height } = shown.current
  const style = getComputedStyle(element)
  const css = (name: string) => style.getPropertyValue(name).trim()
  const font = `11px ${css('--sans')}`
  const text = (value: number | null) => format(value, panel.unit, panel.decimals)

  function drawMarks({ ctx, bbox, valToPos }: uPlot): void {
    const ratio = devicePixelRatio
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top - 4 * ratio, bbox.width, bbox.height + 4 * ratio)
    ctx.clip()
    // A band at the top: a wash over the whole chart would hide what it is about.
    for (const region of shown.current.regions) {
      const left = valToPos(region.from, 'x', true)
      const width = Math.max(valToPos(region.to, 'x', true) - left, 3 * ratio)
      ctx.fillStyle = css(tokenOf(region.color))
      ctx.globalAlpha = 0.9
      ctx.fillRect(left, bbox.top - 4 * ratio, width, 3 * ratio)
      ctx.globalAlpha = 0.35
      ctx.fillRect(left, bbox.top, ratio, bbox.height)
    }
    ctx.globalAlpha = 0.8
    ctx.lineWidth = ratio
    ctx.setLineDash([5 * ratio, 4 * ratio])
    for (const { value, color } of panel.showsThresholds ? panel.thresholds : []) {
      if (value === null) continue
      const y = Math.round(valToPos(value, 'y', true))
      ctx.strokeStyle = css(tokenOf(color))
      ctx.beginPath()
      ctx.moveTo(bbox.left, y)
      ctx.lineTo(bbox.left + bbox.width, y)
      ctx.stroke()
    }
    ctx.restore()
  }

  function showTip({ cursor, data, over, posToVal }: uPlot): void {
    const box = tip.current
    if (!box) return
    const { idx, left = -1, top = -1 } = cursor
    // The cursor of another panel moves this one's line, without a box of its own.
    box.hidden = idx == null || left < 0 || top < 0
    if (box.hidden || idx == null) return
    const at = data[0][idx] ?? 0
    const rows = shown.current.lines
      .map(({ label, color, values }) => ({ label, color, value: values[idx] ?? null }))
      .filter(({ value }) => value !== null)
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    const slack = posToVal(6, 'x') - posToVal(0, 'x')
    const here = shown.current.regions.filter(
      (one) => at >= one.from - slack && at <= one.to + slack,
    )
    box.replaceChildren(
      made('time', utc(at)),
      ...here.slice(0, 4).map(({ title, text }) => made('em', `${title} ${text}`)),
      ...rows.slice(0, MOST_IN_TIP).map(({ label, color, value }) => {
        const row = document.createElement('div')
        const swatch = document.createElement('i')
        swatch.style.background = `var(${color})`
        row.append(swatch, made('span', label), made('b', text(value)))
        return row
      }),
      ...(rows.length === 0 ? [made('small', 'no value')] : []),
      ...(rows.length > MOST_IN_TIP
        ? [made('small', `and ${rows.length - MOST_IN_TIP} more`)]
        : []),
    )
    const flips = left > over.clientWidth / 2
    const shift = over.offsetLeft + left + (flips ? -12 : 12)
    box.style.transform = `translate(${shift}px, 4px) translateX(${flips ? '-100%' : '0'})`
  }

  return {
    width: Math.max(50, element.clientWidth),
    height,
    padding: [8, 10, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 5, width: 1 },
      drag: { x: true, y: false, setScale: false },
      sync: { key: CURSOR.key, setSeries: false },
    },
    scales: {
      x: { time: true, range: () => [shown.current.from, shown.current.to] },
      y: { range: (_, low, high) => rangeOf(panel, low, high) },
    },
    axes: [
      {
        stroke: css('--text-dim'),
        font,
        size: 24,
        gap: 4,
        space: 70,
        grid: { show: false },
        ticks: { show: false },
        values: (_, splits, _axis, _space, step) =>
          splits.map((at, index) => timeText(at, step, splits[index - 1])),
      },
      {
        stroke: css('--text-dim'),
        font,
        gap: 5,
        space: 32,
        ...(STEPS[panel.unit] && { incrs: STEPS[panel.unit] }),
        grid: { stroke: css('--grid'), width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => (value === 0 ? '0' : text(value))),
        size: (_, values) =>
          Math.max(34, 12 + 6.2 * Math.max(0, ...(values ?? []).map((one) => one.length))),
      } as uPlot.Axis,
    ],
    series: [
      {},
      ...lines.map(({ color }, index) => {
        const stroke = css(color)
        const fill = panel.fillOpacity
        return {
          stroke,
          width: panel.lineWidth,
          // Of a stack the lowest line is filled to the axis, each other to the line below it.
          ...(fill > 0 && (!panel.isStacked || index === 0) && { fill: mixed(stroke, fill) }),
          points: { show: false },
        }
      }),
    ],
    ...(panel.isStacked && {
      bands: lines
        .map((line, index) => ({
          series: [index + 1, index] as [number, number],
          fill: mixed(css(line.color), panel.fillOpacity),
        }))
        .slice(1),
    }),
    hooks: {
      drawAxes: [drawMarks],
      setCursor: [showTip],
      setSelect: [
        (u) => {
          const { left, width } = u.select
          if (width > 6) shown.current.onZoom(u.posToVal(left, 'x'), u.posToVal(left + width, 'x'))
          if (width > 0) u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
        },
      ],
    },
  }
}

const mixed = (color: string, percent: number) =>
  `color-mix(in srgb, ${color} ${percent}%, transparent)`

/** The limits that the JSON sets, and a threshold that is near enough not to flatten the values. */
function rangeOf(
  { min, max, axisSoftMin, thresholds, showsThresholds }: Panel,
  low: number | null,
  high: number | null,
): [number, number] {
  const [least, most] = [low ?? 0, high ?? 0]
  const marks = showsThresholds ? thresholds.flatMap(({ value }) => value ?? []) : []
  const near = marks.filter((value) => most <= 0 || value <= most * 20)
  const bottom = min ?? Math.min(axisSoftMin ?? least, least)
  const top = max ?? Math.max(most, ...near) * 1.1
  return top > bottom ? [bottom, top] : [bottom, bottom + 1]
}

/** Steps of an axis that are round in their unit. */
const TIME_STEPS = [
  1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120,
  300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 172_800, 432_000, 604_800,
  1_209_600, 6_048_000,
]
const STEPS: Readonly<Record<string, number[]>> = {
  s: TIME_STEPS,
  bytes: Array.from({ length: 50 }, (_, power) => 2 ** power),
}

const iso = (at: number) => new Date(at * 1000).toISOString()
const dayText = (at: number) =>
  new Date(at * 1000).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  })
const utc = (at: number) => `${iso(at).slice(11, 19)} UTC, ${dayText(at)}`

function timeText(at: number, step: number, before: number | undefined): string {
  if (step >= 86_400) return dayText(at)
  const isNewDay = before !== undefined && dayText(before) !== dayText(at)
  return isNewDay ? dayText(at) : iso(at).slice(11, step < 60 ? 19 : 16)
}

function made(tag: string, text: string): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}
