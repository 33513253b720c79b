import type { Limit } from '../server/state.ts'

/** At most three significant digits, and never an exponent. */
export function digits(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? '–' : value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size >= 100) return grouped(Math.round(value))
  const short = Number(value.toPrecision(3))
  return Math.abs(short) < 1e-6 && short !== 0 ? '< 0.000001' : signed(trimmed(short))
}

const signed = (text: string) => text.replace('-', '−')
/** Written out: 1e-6 is 0.000001. */
const trimmed = (value: number) =>
  Math.abs(value) < 1e-3 && value !== 0 ? value.toFixed(8).replace(/0+$/, '') : String(value)
/** 12 345 with a thin space between the thousands. */
const grouped = (value: number) =>
  signed(String(value).replace(/\B(?=(\d{3})+(?!\d))/g, Math.abs(value) >= 10_000 ? ' ' : ''))

/** A span in words, the two largest units of it: `2m 5s`, `1d 3h`, `120 ms`. */
export function span(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–'
  const size = Math.abs(seconds)
  const sign = seconds < 0 ? '−' : ''
  if (size === 0) return '0 s'
  if (size < 1e-3) return `${sign}${digits(size * 1e6)} µs`
  if (size < 1) return `${sign}${digits(size * 1e3)} ms`
  if (size < 60) return `${sign}${size < 10 ? digits(size) : Math.round(size)} s`
  const [major, minor] = twoUnits(size)
  return `${sign}${major}${minor ? ` ${minor}` : ''}`
}

function twoUnits(seconds: number): [string, string?] {
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const
  const at = units.findIndex(([, length]) => seconds >= length)
  const [name, length] = units[at] ?? units[3]
  const next = units[at + 1]
  const count = Math.floor(seconds / length)
  const rest = next ? Math.floor((seconds % length) / next[1]) : 0
  return rest > 0 && next ? [`${count}${name}`, `${rest}${next[0]}`] : [`${count}${name}`]
}

/** `m:ss`, for a stopwatch. */
export function stopwatch(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds))
  const pad = (count: number) => String(count).padStart(2, '0')
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor((whole % 3600) / 60),
    whole % 60,
  ]
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`
}

/** The time of day in UTC, as messages have it. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 19)
export const day = (ms: number): string =>
  new Date(ms).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
/** The exact time, to show next to a relative one. */
export const exact = (ms: number): string => `${clock(ms)} UTC, ${day(ms)}`

export function ago(ms: number, now: number): string {
  const seconds = Math.round((now - ms) / 1000)
  return seconds < 2 ? 'just now' : `${span(seconds)} ago`
}

/** The units that values of our rules and metrics have. */
export type Unit = 's' | 'ratio' | 'bytes' | 'number'

export function withUnit(value: number | undefined, unit: Unit): string {
  if (value === undefined || !Number.isFinite(value)) return '–'
  if (unit === 's') return span(value)
  if (unit === 'ratio') return `${digits(value * 100)} %`
  if (unit === 'bytes') {
    const power = Math.min(4, Math.max(0, Math.floor(Math.log2(Math.abs(value) || 1) / 10)))
    return `${digits(value / 1024 ** power)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`
  }
  return Math.abs(value) >= 1e6 ? `${digits(value / 1e6)} M` : digits(value)
}

/** The unit of what an expression computes, by what it is computed from. */
export function unitOf(expr: string): Unit {
  if (/error_ratio|\)\s*\/\s*[\w(]/.test(expr)) return 'ratio'
  if (/^\(*\s*(time\(\) -|histogram_quantile|timestamp\()/.test(expr)) return 's'
  if (/\b(increase|changes|count|count_over_time|resets)\s*\(/.test(expr)) return 'number'
  if (/_bytes\b/.test(expr)) return 'bytes'
  return /_seconds\b|_seconds_(sum|max)/.test(expr) ? 's' : 'number'
}

const WORDS = { '>': 'above', '≥': 'from', '<': 'below', '≤': 'at most at' } as const
/** Where a rule fires, within a sentence: `above 2.5`. */
export const limitWords = ({ op, threshold, expr }: Limit): string =>
  `${WORDS[op]} ${withUnit(threshold, unitOf(expr))}`

export const limitText = ({ op, threshold, expr }: Limit): string =>
  `${op} ${withUnit(threshold, unitOf(expr))}`
