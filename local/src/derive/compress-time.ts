import { parser } from '@prometheus-io/lezer-promql'
import { isMap } from './alertmanager/chart-defaults.ts'
import type { Derived } from './derive.ts'

/** Keys whose value is a wait, anywhere in the files of Prometheus and Alertmanager. */
const WAITS = new Set([
  'scrape_interval',
  'evaluation_interval',
  'interval',
  'for',
  'keep_firing_for',
  'query_offset',
  'group_wait',
  'group_interval',
  'repeat_interval',
])

const MILLISECONDS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const PART = /(\d+)(ms|[smhdw])/g

/**
 * Divides every wait by `speed`: scrape and evaluation intervals, `for` and `keep_firing_for`, windows
 * and offsets of expressions, and the waits of routes. Thresholds in seconds stay as they are, and so
 * do scrape timeouts unless they would exceed the interval.
 */
export function compressTime(derived: Derived, speed: number): Derived {
  if (speed === 1) return derived
  const faster = (value: unknown) => divideWaits(value, speed)
  return {
    ...derived,
    prometheus: faster(derived.prometheus) as Derived['prometheus'],
    ruleFiles: faster(derived.ruleFiles) as Derived['ruleFiles'],
    alertmanager: faster(derived.alertmanager),
  }
}

function divideWaits(value: unknown, speed: number): unknown {
  if (Array.isArray(value)) return value.map((item) => divideWaits(item, speed))
  if (!isMap(value)) return value
  const divided = Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (typeof item !== 'string') return [key, divideWaits(item, speed)]
      if (WAITS.has(key)) return [key, divideDuration(item, speed)]
      return [key, key === 'expr' ? divideWindows(item, speed) : item]
    }),
  )
  const { scrape_interval: interval, scrape_timeout: timeout } = divided
  if (typeof interval !== 'string' || typeof timeout !== 'string') return divided
  const isTooLong = toMilliseconds(timeout) > toMilliseconds(interval)
  return isTooLong ? { ...divided, scrape_timeout: interval } : divided
}

function divideWindows(expr: string, speed: number): string {
  let result = ''
  let copied = 0
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      if (name !== 'NumberDurationLiteralInDurationContext') return
      result += expr.slice(copied, from) + divideDuration(expr.slice(from, to), speed)
      copied = to
    },
  })
  return result + expr.slice(copied)
}

/** At least a millisecond, unless it was zero. */
function divideDuration(duration: string, speed: number): string {
  const whole = toMilliseconds(duration)
  return whole === 0 ? duration : `${Math.max(1, Math.round(whole / speed))}ms`
}

const toMilliseconds = (duration: string): number =>
  [...duration.matchAll(PART)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * MILLISECONDS[unit as 's'],
    0,
  )
