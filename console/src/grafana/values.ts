import type { ThresholdStep } from './model.ts'

/** A number in at most three significant digits, never with an exponent. */
function digits(value: number, decimals?: number): string {
  if (decimals !== undefined) return value.toFixed(decimals)
  const size = Math.abs(value)
  if (size >= 100) return String(Math.round(value))
  const short = Number(value.toPrecision(3))
  if (short !== 0 && Math.abs(short) < 0.001) return short.toFixed(8).replace(/0+$/, '')
  return String(short)
}

interface Scaled {
  readonly text: string
  readonly unit: string
}
type Format = (value: number, decimals?: number) => Scaled

/** Steps of a unit, smallest first: how many of the base each is. */
function scaled(steps: readonly (readonly [unit: string, size: number])[]): Format {
  return (value, decimals) => {
    const size = Math.abs(value)
    const fitting = steps.filter(([, length]) => size >= length).at(-1) ?? steps[0]
    const [unit, length] =
      size === 0
        ? (steps.find(([, one]) => one === 1) ?? steps[0] ?? ['', 1])
        : (fitting ?? ['', 1])
    return { text: digits(value / length, decimals), unit }
  }
}

const plain =
  (unit: string): Format =>
  (value, decimals) => ({ text: digits(value, decimals), unit })
const powers = (base: number, units: readonly string[]) =>
  scaled(units.map((unit, power): [string, number] => [unit, base ** power]))
const seconds = scaled([
  ...([
    ['ns', 1e-9],
    ['µs', 1e-6],
    ['ms', 1e-3],
    ['s', 1],
  ] as const),
  ...([
    ['min', 60],
    ['hour', 3_600],
    ['day', 86_400],
    ['week', 604_800],
  ] as const),
])
const short = powers(1_000, ['', 'K', 'Mil', 'Bil', 'Tri'])
const rate =
  (what: string): Format =>
  (value, decimals) => {
    // A quiet rate is read by the minute: 0.67 req/min instead of 0.0111 req/s.
    const isQuiet = value !== 0 && Math.abs(value) < 0.1 && decimals === undefined
    if (isQuiet) return { text: digits(value * 60), unit: `${what}/min` }
    const { text, unit } = short(value, decimals)
    return { text, unit: `${unit ? `${unit} ` : ''}${what}/s` }
  }

const minute =
  (what: string): Format =>
  (value, decimals) => {
    const { text, unit } = short(value, decimals)
    return { text, unit: `${unit ? `${unit} ` : ''}${what}/min` }
  }

/** Grafana's units by their id. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const FORMATS: Readonly<Record<string, Format>> = {
  none: plain(''),
  string: plain(''),
  short,
  percent: plain('%'),
  percentunit: (value, decimals) => ({ text: digits(value * 100, decimals), unit: '%' }),
  s: seconds,
  ms: (value, decimals) => seconds(value / 1e3, decimals),
  bytes: powers(1_024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']),
  decbytes: powers(1_000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB']),
  Bps: powers(1_000, ['B/s', 'kB/s', 'MB/s', 'GB/s']),
  binBps: powers(1_024, ['B/s', 'KiB/s', 'MiB/s', 'GiB/s']),
  reqps: rate('req'),
  rps: rate('rd'),
  wps: rate('wr'),
  ops: rate('ops'),
  cps: rate('c'),
  cpm: minute('c'),
  opm: minute('ops'),
  rpm: minute('rd'),
  wpm: minute('wr'),
  reqpm: minute('req'),
  iops: rate('io'),
  hertz: powers(1_000, ['Hz', 'kHz', 'MHz', 'GHz']),
}

export const isUnitKnown = (unit: string): boolean => unit in FORMATS || unit.startsWith('suffix:')

/** A value as text with its unit; `null` where there is none. */
export function format(value: number | null, unit: string, decimals?: number): string {
  if (value === null || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const { text, unit: shown } = (FORMATS[unit] ?? plain(unit.replace(/^suffix:/, '')))(
    value,
    decimals,
  )
  const signed = text.replace('-', '−')
  if (shown === '') return signed
  return shown === '%' ? `${signed}%` : `${signed} ${shown}`
}

/** The step that counts for a value: the last whose value it has reached. */
export function thresholdOf(
  value: number | null,
  steps: readonly ThresholdStep[],
): ThresholdStep | undefined {
  if (value === null) return undefined
  return steps.filter((step) => step.value === null || value >= step.value).at(-1)
}

const TOKENS: Readonly<Record<string, string>> = {
  ...{ green: 'ok', red: 'bad', yellow: 'warn', orange: 'warn', blue: 'accent' },
  ...{ purple: 'c3', text: 'text', transparent: 'text' },
}

/** A colour of Grafana's palette as a token of the page: `dark-red` and `semi-dark-red` are red. */
export function tokenOf(color: string): string {
  const name = color.replace(/^(?:super-light|light|semi-dark|dark)-/, '')
  return `--${TOKENS[name] ?? 'text'}`
}

/** The last value that is there, which Grafana calls `lastNotNull`. */
export function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null
}
