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
/** The same value in the base of its unit: kilobytes as bytes, minutes as seconds. */
const times =
  (factor: number, inner: Format): Format =>
  (value, decimals) =>
    inner(value * factor, decimals)
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

const binaryBytes = powers(1_024, ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'])
const bytes = powers(1_000, ['B', 'kB', 'MB', 'GB', 'TB', 'PB'])
const bits = powers(1_000, ['b', 'kb', 'Mb', 'Gb', 'Tb'])
const moment: Format = (value) => {
  const at = new Date(value)
  const written = Number.isNaN(at.getTime()) ? '–' : at.toISOString()
  return { text: written.replace('T', ' ').replace(/\.\d+Z$/, ' UTC'), unit: '' }
}
const choice =
  (yes: string, no: string): Format =>
  (value) => ({ text: value === 0 ? no : yes, unit: '' })

/** Grafana's units by their id. https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
const FORMATS: Readonly<Record<string, Format>> = {
  none: plain(''),
  string: plain(''),
  short,
  percent: plain('%'),
  percentunit: (value, decimals) => ({ text: digits(value * 100, decimals), unit: '%' }),
  s: seconds,
  ms: (value, decimals) => seconds(value / 1e3, decimals),
  ns: times(1e-9, seconds),
  µs: times(1e-6, seconds),
  m: times(60, seconds),
  h: times(3_600, seconds),
  d: times(86_400, seconds),
  dtdurations: seconds,
  dtdurationms: times(1e-3, seconds),
  bytes: binaryBytes,
  kbytes: times(2 ** 10, binaryBytes),
  mbytes: times(2 ** 20, binaryBytes),
  gbytes: times(2 ** 30, binaryBytes),
  decbytes: bytes,
  deckbytes: times(1e3, bytes),
  decmbytes: times(1e6, bytes),
  decgbytes: times(1e9, bytes),
  bits: powers(1_024, ['b', 'Kib', 'Mib', 'Gib', 'Tib']),
  decbits: bits,
  bps: powers(1_000, ['b/s', 'kb/s', 'Mb/s', 'Gb/s', 'Tb/s']),
  binbps: powers(1_024, ['b/s', 'Kib/s', 'Mib/s', 'Gib/s']),
  pps: powers(1_000, ['p/s', 'kp/s', 'Mp/s', 'Gp/s']),
  celsius: plain('°C'),
  fahrenheit: plain('°F'),
  kelvin: plain('K'),
  humidity: plain('%H'),
  volt: plain('V'),
  amp: plain('A'),
  watt: powers(1_000, ['W', 'kW', 'MW', 'GW']),
  joule: powers(1_000, ['J', 'kJ', 'MJ', 'GJ']),
  rotrpm: plain('rpm'),
  rothz: plain('Hz'),
  locale: (value) => ({ text: value.toLocaleString('en-US'), unit: '' }),
  dateTimeAsIso: moment,
  dateTimeAsSystem: moment,
  dateTimeFromNow: moment,
  bool: choice('True', 'False'),
  bool_yes_no: choice('Yes', 'No'),
  bool_on_off: choice('On', 'Off'),
  currencyUSD: (value, decimals) => ({ text: `$${digits(value, decimals)}`, unit: '' }),
  currencyEUR: (value, decimals) => ({ text: `€${digits(value, decimals)}`, unit: '' }),
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

export const isUnitKnown = (unit: string): boolean =>
  Object.hasOwn(FORMATS, unit) || /^(suffix|prefix):/.test(unit)

const PLURALS = new Set(['hour', 'day', 'week'])

/** A value as text with its unit; `null` where there is none. */
export function format(value: number | null, unit: string, decimals?: number): string {
  if (value === null || Number.isNaN(value)) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (unit.startsWith('prefix:')) return `${unit.slice(7)}${digits(value, decimals)}`
  const known = Object.hasOwn(FORMATS, unit) ? FORMATS[unit] : undefined
  const { text, unit: shown } = (known ?? plain(unit.replace(/^suffix:/, '')))(value, decimals)
  const plural = PLURALS.has(shown) && text !== '1' ? 's' : ''
  const signed = text.replace('-', '−')
  if (shown === '') return signed
  return shown === '%' ? `${signed}%` : `${signed} ${shown}${plural}`
}

const TOKENS: Readonly<Record<string, string>> = {
  ...{ green: 'ok', red: 'bad', yellow: 'warn', orange: 'warn', blue: 'accent' },
  ...{ purple: 'c3', text: 'text', transparent: 'text' },
}

/**
 * A colour of Grafana's palette as a token of the page, `dark-red` and `semi-dark-red` as red; one that is
 * written as a number stays as it is.
 */
export function tokenOf(color: string): string {
  if (/^#[\da-f]{3,8}$|^rgba?\([\d\s.,%]+\)$/i.test(color)) return color
  const name = color.replace(/^(?:super-light|light|semi-dark|dark)-/, '')
  return `--${Object.hasOwn(TOKENS, name) ? TOKENS[name] : 'text'}`
}

/** A token or a colour, as CSS writes it. */
export const cssColor = (token: string): string =>
  token.startsWith('--') ? `var(${token})` : token

/** The last value that is there, which Grafana calls `lastNotNull`. */
export function lastOf(values: readonly (number | null)[]): number | null {
  return values.findLast((value) => value !== null) ?? null
}
