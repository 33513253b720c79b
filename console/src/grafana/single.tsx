import { calculate } from './calculations.ts'
import { configOf, display, type FieldConfig, type Span, stepsOf } from './fields.ts'
import type { Frame } from './frames.ts'
import { text } from './json.ts'
import type { Panel } from './model.ts'
import { spanOf } from './series.ts'
import { cssColor, tokenOf } from './values.ts'

/** One value of a stat, a gauge or a bar gauge. */
interface Reading {
  readonly label: string
  readonly value: number | string | null
  readonly text: string
  /** A token of the page, or a colour. */
  readonly color: string
  readonly isBad: boolean
  readonly config: FieldConfig
  readonly span: Span
  readonly values: readonly (number | null)[]
}

/** The limits of a gauge: those of the JSON, else Grafana's 0 and 100, or 1 where all is a share of 1. */
const limitsOf = ({ min = 0, max, unit }: FieldConfig): Span => ({
  min,
  max: max ?? (unit === 'percentunit' ? 1 : 100),
})

/** Each number of the frames as one value, by the panel's calculation. */
export function readingsOf(panel: Panel, frames: readonly Frame[]): Reading[] {
  return frames.flatMap(({ refId, fields }) =>
    fields
      .filter(({ type }) => type === 'number')
      .map(({ name, values }) => {
        const config = configOf(panel, { name, refId, type: 'number' })
        const numbers = values as readonly (number | null)[]
        const value = calculate(panel.calculation, numbers)
        const span =
          panel.type === 'stat' ? { ...spanOf([numbers]), ...limitedBy(config) } : limitsOf(config)
        const { text, color } = display(value, config, span)
        const token = tokenOf(color ?? 'text')
        return {
          ...{ label: config.displayName ?? name, value, text, config, span, values: numbers },
          ...{ color: token, isBad: token === '--bad' },
        }
      }),
  )
}

const limitedBy = ({ min, max }: FieldConfig): Partial<Span> => ({
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
})

/** How far a value is on its way from the least to the greatest, from 0 to 1. */
export const shareOf = (value: number | string | null, { min, max }: Span): number => {
  if (typeof value !== 'number' || Number.isNaN(value) || max <= min) return 0
  return Math.min(1, Math.max(0, (value - min) / (max - min)))
}

const OverLimit = ({ isBad }: { readonly isBad: boolean }) =>
  isBad ? <span class="hidden"> over its limit</span> : null

interface Props {
  readonly panel: Panel
  readonly frames: readonly Frame[]
}

function Nothing({ panel }: { readonly panel: Panel }) {
  return <p class="gf-stat none">{panel.config.noValue ?? 'No data'}</p>
}

/** Big numbers, with what led to them behind where the panel asks for it. */
export function Stat({ panel, frames }: Props) {
  const readings = readingsOf(panel, frames)
  if (readings.length === 0) return <Nothing panel={panel} />
  const { textMode, graphMode, colorMode } = panel.options
  const isFilled = text(colorMode).startsWith('background')
  const showsName =
    textMode === 'name' ||
    textMode === 'value_and_name' ||
    (textMode !== 'value' && readings.length > 1)
  const isDown = panel.options.orientation === 'horizontal'
  return (
    <div class={`gf-stats${isDown ? ' down' : ''}`}>
      {readings.map(({ label, text, color, isBad, values, span }) => (
        <p
          class={`gf-stat${isFilled ? ' filled' : ''}`}
          key={label}
          style={
            isFilled
              ? { '--fill': cssColor(color) }
              : { color: colorMode === 'none' ? '' : cssColor(color) }
          }
        >
          {graphMode === 'area' && <Sparkline values={values} span={span} color={color} />}
          {showsName && (textMode === 'name' ? <b>{label}</b> : <small>{label}</small>)}
          {textMode !== 'name' && textMode !== 'none' && <b>{text}</b>}
          <OverLimit isBad={isBad} />
        </p>
      ))}
    </div>
  )
}

/** A small line without axes. */
function Sparkline({
  values,
  span: { min, max },
  color,
}: {
  readonly values: readonly (number | null)[]
  readonly span: Span
  readonly color: string
}) {
  const there = values.filter((value): value is number => value !== null && !Number.isNaN(value))
  if (there.length < 2) return null
  const [low, high] = [Math.min(min, ...there), Math.max(max, ...there)]
  const points = there.map((value, index) => {
    const x = (100 * index) / (there.length - 1)
    const y = 30 - (28 * (value - low)) / (high - low || 1)
    return `${x.toFixed(1)},${y.toFixed(1)}`
  })
  return (
    <svg class="gf-spark" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
      <polygon points={`0,30 ${points.join(' ')} 100,30`} fill={cssColor(color)} opacity="0.14" />
      <polyline points={points.join(' ')} fill="none" stroke={cssColor(color)} />
    </svg>
  )
}

/** Half of the opening at the bottom of a gauge, in degrees. */
const OPEN = 40
const place = (share: number, radius: number): string => {
  const angle = ((90 + OPEN + share * (360 - 2 * OPEN)) * Math.PI) / 180
  return `${(50 + radius * Math.cos(angle)).toFixed(2)} ${(50 + radius * Math.sin(angle)).toFixed(2)}`
}
const arc = (from: number, to: number, radius: number): string => {
  const isLong = (to - from) * (360 - 2 * OPEN) > 180
  return `M ${place(from, radius)} A ${radius} ${radius} 0 ${isLong ? 1 : 0} 1 ${place(to, radius)}`
}

/** Dials: the value as an arc, its thresholds as a thin arc around it. */
export function Gauge({ panel, frames }: Props) {
  const readings = readingsOf(panel, frames)
  if (readings.length === 0) return <Nothing panel={panel} />
  return (
    <div class="gf-gauges">
      {readings.map(({ label, value, text, color, isBad, config, span }) => (
        <figure key={label} class="gf-gauge">
          <svg viewBox="0 0 100 88" role="img" aria-label={`${label}: ${text}`}>
            <path class="rail" d={arc(0, 1, 38)} />
            {value !== null && shareOf(value, span) > 0 && (
              <path d={arc(0, shareOf(value, span), 38)} stroke={cssColor(color)} class="value" />
            )}
            {panel.options.showThresholdMarkers !== false &&
              marksOf(config, span).map(({ from, to, color }) => (
                <path key={from} d={arc(from, to, 47)} stroke={cssColor(color)} class="mark" />
              ))}
            <text x="50" y="58" fill={cssColor(color)}>
              {text}
            </text>
          </svg>
          {readings.length > 1 && <figcaption>{label}</figcaption>}
          <OverLimit isBad={isBad} />
        </figure>
      ))}
    </div>
  )
}

/** The parts of a gauge that the thresholds colour, from 0 to 1. */
export function marksOf(config: FieldConfig, span: Span) {
  const steps = stepsOf(config, span)
  return steps
    .map(({ value, color }, index) => ({
      from: value === null ? 0 : shareOf(value, span),
      to: shareOf(steps[index + 1]?.value ?? span.max, span),
      color: tokenOf(color),
    }))
    .filter(({ from, to }) => to > from)
}

/** A bar for each value. */
export function BarGauge({ panel, frames }: Props) {
  const readings = readingsOf(panel, frames)
  if (readings.length === 0) return <Nothing panel={panel} />
  const { valueMode, orientation, displayMode, showUnfilled } = panel.options
  const isUpright = orientation === 'vertical'
  return (
    <ul class={`gf-bars${isUpright ? ' upright' : ''}${showUnfilled === false ? ' bare' : ''}`}>
      {readings.map(({ label, value, text, color, isBad, config, span }) => {
        const share = `${(100 * shareOf(value, span)).toFixed(1)}%`
        const stops = marksOf(config, span).map(
          ({ color, from }) => `${cssColor(color)} ${(100 * from).toFixed(0)}%`,
        )
        const fill =
          displayMode === 'gradient' && stops.length > 1
            ? `linear-gradient(${isUpright ? 'to top' : 'to right'}, ${stops.join(', ')})`
            : cssColor(color)
        return (
          <li key={label}>
            <span>{label}</span>
            <i>
              <s style={{ [isUpright ? 'height' : 'width']: share, background: fill }} />
            </i>
            {valueMode !== 'hidden' && (
              <b style={{ color: valueMode === 'text' ? '' : cssColor(color) }}>{text}</b>
            )}
            <OverLimit isBad={isBad} />
          </li>
        )
      })}
    </ul>
  )
}
