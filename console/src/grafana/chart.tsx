import { useEffect, useMemo, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { type FieldConfig, type Span, stepsOf } from './fields.ts'
import type { Panel } from './model.ts'
import { type Line, type Region, spanOf } from './series.ts'
import { cssColor, format, tokenOf } from './values.ts'

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

/**
 * Each line of a stack on top of the ones before it; where one has no value it adds nothing. What lies
 * below zero makes a stack of its own, and lines that do not stack stay as they are.
 */
export function stacked(lines: readonly Line[]): (number | null)[][] {
  const totals = totalsOf(lines)
  const sums = new Map<string, number>()
  return lines.map(({ values, config }) =>
    values.map((value, index) => {
      if (value === null || config.stacking === 'none') return value
      const key = `${value < 0 || config.isNegative} ${index}`
      const total = totals[index] ?? 0
      const added = config.stacking === 'percent' ? (total === 0 ? 0 : value / total) : value
      const sum = (sums.get(key) ?? 0) + added
      sums.set(key, sum)
      return sum
    }),
  )
}

/** What the shares of a stack of percentages are shares of. */
function totalsOf(lines: readonly Line[]): number[] {
  const totals: number[] = []
  for (const { values, config } of lines) {
    if (config.stacking !== 'percent') continue
    values.forEach((value, index) => {
      totals[index] = (totals[index] ?? 0) + Math.abs(value ?? 0)
    })
  }
  return totals
}

interface Axis {
  readonly key: string
  readonly unit: string
  readonly isRight: boolean
  readonly config: FieldConfig
}

/** One axis for each unit and side, the panel's own first. */
export function axesOf({ config }: Pick<Panel, 'config'>, lines: readonly Line[]): Axis[] {
  const axes: Axis[] = []
  for (const { config } of lines) {
    if (axes.some(({ key }) => key === keyOf(config))) continue
    const isRight = config.axis === 'right' || (config.axis === 'auto' && axes.length > 0)
    axes.push({ key: keyOf(config), unit: config.unit, isRight, config })
  }
  return axes.length > 0
    ? axes
    : [{ key: keyOf(config), unit: config.unit, isRight: false, config }]
}

const keyOf = ({ unit, axis, isLogarithmic, stacking }: FieldConfig): string =>
  `y ${stacking === 'percent' ? 'percentunit' : unit} ${axis === 'right' ? 'right' : ''} ${isLogarithmic}`

/** The lines of a time series panel, with thresholds and annotations; times are UTC. */
export function Chart(props: Props) {
  const { panel, times, lines, height, theme, from, to } = props
  const box = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const shown = useRef(props)
  shown.current = props
  const data = useMemo(() => {
    return [times, ...stacked(lines)] as uPlot.AlignedData
  }, [times, lines])
  const shape = JSON.stringify([
    theme,
    height,
    panel.id,
    lines.map(({ label, color, config }) => [label, color, config]),
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
      ({ label, values, config }) =>
        `${label} ${format(values.findLast((one) => one !== null) ?? null, config.unit)}`,
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
  const paint = (token: string) => (token.startsWith('--') ? css(token) : token)
  const axes = axesOf(panel, lines)
  const [main] = axes
  const span = spanOf(lines.map(({ values }) => values))
  const stackedLines = lines.flatMap(({ config }, index) =>
    config.stacking === 'none' ? [] : [{ config, index }],
  )

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
      ctx.fillStyle = paint(tokenOf(region.color))
      ctx.globalAlpha = 0.9
      ctx.fillRect(left, bbox.top - 4 * ratio, width, 3 * ratio)
      ctx.globalAlpha = 0.35
      ctx.fillRect(left, bbox.top, ratio, bbox.height)
    }
    ctx.globalAlpha = 0.8
    ctx.lineWidth = ratio
    ctx.setLineDash([5 * ratio, 4 * ratio])
    const { config } = panel
    const scale = main?.key ?? 'y'
    const steps = stepsOf(config, span)
    const heightOf = (value: number) => Math.round(valToPos(value, scale, true))
    steps.forEach(({ value, color }, index) => {
      if (!config.thresholdAreas || tokenOf(color) === '--text') return
      const next = steps[index + 1]?.value
      const bottom = value === null ? bbox.top + bbox.height : heightOf(value)
      const top = next == null ? bbox.top : heightOf(next)
      ctx.globalAlpha = 0.09
      ctx.fillStyle = paint(tokenOf(color))
      ctx.fillRect(bbox.left, top, bbox.width, bottom - top)
    })
    ctx.globalAlpha = 0.8
    for (const { value, color } of config.thresholdLines ? steps : []) {
      if (value === null) continue
      const y = heightOf(value)
      ctx.strokeStyle = paint(tokenOf(color))
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
      .filter(({ config }) => !config.isHiddenInTip)
      .map((line) => ({ ...line, value: line.values[idx] ?? null }))
      .filter(({ value }) => value !== null)
      .sort((a, b) => (b.value ?? 0) - (a.value ?? 0))
    const slack = posToVal(6, 'x') - posToVal(0, 'x')
    const here = shown.current.regions.filter(
      (one) => at >= one.from - slack && at <= one.to + slack,
    )
    box.replaceChildren(
      made('time', utc(at)),
      ...here.slice(0, 4).map(({ title, text }) => made('em', `${title} ${text}`)),
      ...rows.slice(0, MOST_IN_TIP).map(({ label, color, value, config }) => {
        const row = document.createElement('div')
        const swatch = document.createElement('i')
        swatch.style.background = cssColor(color)
        row.append(
          swatch,
          made('span', label),
          made('b', format(value, config.unit, config.decimals)),
        )
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
      ...Object.fromEntries(
        axes.map(({ key, config }): [string, uPlot.Scale] => [
          key,
          config.isLogarithmic
            ? { distr: 3, log: 10 }
            : { range: (_, low, high) => rangeOf(config, span, low, high) },
        ]),
      ),
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
      ...axes.map(
        ({ key, unit, isRight, config }, index) =>
          ({
            scale: key,
            side: isRight ? 1 : 3,
            show: config.axis !== 'hidden',
            ...(config.axisLabel && { label: config.axisLabel, labelSize: 18, labelFont: font }),
            stroke: css('--text-dim'),
            font,
            gap: 5,
            space: 32,
            ...(STEPS[unit] && { incrs: STEPS[unit] }),
            grid: { show: index === 0, stroke: css('--grid'), width: 1 },
            ticks: { show: false },
            values: (_, splits) =>
              splits.map((value) => {
                if (value === null) return ''
                if (config.stacking === 'percent') return format(value, 'percentunit')
                return value === 0 ? '0' : format(value, unit, config.decimals)
              }),
            size: (_, values) =>
              Math.max(34, 12 + 6.2 * Math.max(0, ...(values ?? []).map((one) => one.length))),
          }) as uPlot.Axis,
      ),
    ],
    series: [
      {},
      ...lines.map(({ color, config }, index): uPlot.Series => {
        const stroke = paint(color)
        const { fillOpacity: fill, stacking } = config
        const isLowest = stacking === 'none' || stackedLines[0]?.index === index
        const paths = pathsOf(config)
        return {
          scale: keyOf(config),
          stroke,
          width: config.style === 'points' ? 0 : config.lineWidth,
          spanGaps: config.spansNulls,
          ...(paths && { paths }),
          ...(config.dash && { dash: [...config.dash] }),
          // Of a stack the lowest line is filled to the axis, each other to the line below it.
          ...(fill > 0 && isLowest && { fill: mixed(stroke, fill) }),
          points: pointsOf(config, stroke),
        }
      }),
    ],
    ...(stackedLines.length > 1 && {
      bands: stackedLines.slice(1).map(({ index, config }, place) => ({
        series: [index + 1, (stackedLines[place]?.index ?? 0) + 1] as [number, number],
        fill: mixed(paint(lines[index]?.color ?? '--rest'), config.fillOpacity),
      })),
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
export function rangeOf(
  config: FieldConfig,
  span: Span,
  low: number | null,
  high: number | null,
): [number, number] {
  const { min, max, axisSoftMin, axisSoftMax } = config
  const [least, most] = [low ?? 0, high ?? 0]
  const marks = config.thresholdLines
    ? stepsOf(config, span).flatMap(({ value }) => value ?? [])
    : []
  const near = marks.filter((value) => most <= 0 || value <= most * NEAR)
  const bottom = min ?? (axisSoftMin === undefined ? least : Math.min(axisSoftMin, least))
  const top = max ?? Math.max(axisSoftMax ?? most, most, ...near) * 1.1
  return top > bottom ? [bottom, top] : [bottom, bottom + 1]
}

/** A threshold so many times above the values would flatten them: it is left out of sight. */
const NEAR = 5

/** Where a line has a value between two gaps. */
export const lonely = (values: ArrayLike<number | null | undefined>): number[] =>
  Array.from(values).flatMap((value, index, all) =>
    value != null && all[index - 1] == null && all[index + 1] == null ? [index] : [],
  )

function pointsOf({ style, points }: FieldConfig, stroke: string): uPlot.Series.Points {
  if (style === 'points' || points === 'always') return { show: true, size: 4 }
  if (style === 'bars' || points === 'never') return { show: false }
  return {
    show: true,
    size: 4,
    fill: stroke,
    filter: (u, series) => lonely(u.data[series] ?? []),
  }
}

const bars = uPlot.paths.bars?.({ size: [0.8, 40] })
const spline = uPlot.paths.spline?.()
const [before, after] = ([-1, 1] as const).map((align) => uPlot.paths.stepped?.({ align }))

function pathsOf({ style, interpolation }: FieldConfig): uPlot.Series.PathBuilder | undefined {
  if (style === 'bars') return bars
  if (interpolation === 'smooth') return spline
  if (interpolation === 'stepAfter') return after
  return interpolation === 'stepBefore' ? before : undefined
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
