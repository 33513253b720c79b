import { catalogue } from '@verifluence/api/catalogue'
import { targets } from '../places.ts'
import { series } from './series.ts'
import { duration } from './time.ts'

/** Domain gauges say the same in every replica, so a `sum` would count them twice. */
export const newest = (labels: readonly string[], vector: string) =>
  `max by (${['env', ...labels].join(', ')}) (${vector})`

export const total = (labels: readonly string[], vector: string) =>
  `sum by (${['env', ...labels].join(', ')}) (${vector})`

/** Growth of a counter. Windows hold at least four scrapes: Prometheus 3 leaves the left edge out. */
export const increase = (selector: string, window: number, offset = 0) =>
  `increase(${selector}[${duration(window)}]${offset > 0 ? ` offset ${duration(offset)}` : ''})`

export const rate = (selector: string, window: number | string) =>
  `rate(${selector}[${typeof window === 'number' ? duration(window) : window}])`

/**
 * The last value of a gauge, held for `seconds`. A missed scrape removes a series at once; without
 * this bridge it would also resolve the alert and send a message that is not true.
 */
export const held = (selector: string, seconds = 120) =>
  `last_over_time(${selector}[${duration(seconds)}])`

/** The greatest value that a gauge had within `seconds`. */
export const peak = (selector: string, seconds: number) =>
  `max_over_time(${selector}[${duration(seconds)}])`

/**
 * The newest of the instants that replicas exported lately. Zero and NaN are no instants and fall
 * out, so that the fallback behind an `or` is asked.
 */
export const instant = (labels: readonly string[], selector: string, seconds = 300) =>
  newest(labels, `${held(selector, seconds)} > 0`)

/** When the newest process of a target started; held over missed scrapes. */
export const started = (process: keyof typeof targets) =>
  newest([], held(series(catalogue.processStartTime, { job: targets[process].job })))
