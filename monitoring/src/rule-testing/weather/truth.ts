import { failures } from '../../failures.ts'
import { MINUTE, type Span } from '../month/time.ts'
import { beginOf, type Day, endOf } from './day.ts'
import type { Cause } from './weather.ts'

/** What is really wrong, and what messages about it may and must say. */
export interface Truth {
  readonly cause: Cause
  /** The alerts that name the cause; one of them must be heard. */
  readonly alerts: readonly string[]
  /** Labels by which an instance of the alert belongs to this cause. */
  readonly labels: Readonly<Record<string, string>>
  readonly from: number
  readonly until: number
  /** Moments at which the fault showed: a failed call, a refused delivery, a silent minute. */
  readonly evidence: readonly number[]
  /** By when a message must have been sent; undefined where the fault shows too little to demand one. */
  readonly due: number | undefined
  /** An evidence this old still counts as going on. */
  readonly memory: number
  /** How long after its end its alert may still begin or go on. */
  readonly aftermath: number
  /** Alerts that the cause makes fire although they do not name it: violations of *one*. */
  readonly consequences: readonly string[]
  /** Alerts that may accompany it, each with the reason. */
  readonly exceptions: Readonly<Record<string, string>>
}

/** Series of a theme, and what was wrong in them. */
interface ThemeSeries {
  readonly tracks: readonly import('./day.ts').Track[]
  readonly truths: readonly Truth[]
}

export type Theme = (day: Day) => ThemeSeries

/** Seconds within which a failure of the list must be known: `4 min` → 240. @throws Error otherwise. */
export function limitOf(failure: keyof typeof failures): number {
  const [, minutes] = /(\d+) min/.exec(failures[failure].within) ?? []
  if (minutes === undefined) throw new Error(`${failure} has no limit in minutes.`)
  return Number(minutes) * MINUTE
}

/** How the parts of a truth follow from evidence, where a theme has nothing better. */
export interface Showing {
  readonly alerts: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
  readonly evidence: readonly number[]
  /** The limit, from the moment the fault has shown `after` times. */
  readonly within: number
  readonly after?: number
  /** Whether it is strong enough that it must be heard at all. */
  readonly isClear?: boolean
  readonly memory?: number
  readonly aftermath?: number
  readonly consequences?: readonly string[]
  readonly exceptions?: Readonly<Record<string, string>>
  /** Stretches in which another cause explains everything, or no one could see this one. */
  readonly hidden?: readonly Span[]
}

/** What a scrape, an evaluation and a lost scrape may add to each limit. */
const SLACK = 60

/** Windows that saw what another cause explains empty in this time; the limit begins after it. */
const RECOVERS = 15 * MINUTE

/** Builds a truth: the limit runs over the first stretch in which the fault shows and nothing hides it. */
export function truthOf(day: Day, cause: Cause, showing: Showing): Truth {
  const { evidence, within, after = 1, isClear = true, hidden = [] } = showing
  const until = Math.min(endOf(cause), day.lasts)
  const masks = [
    ...hidden.map(([from, end]): Span => [from, end + RECOVERS]),
    // Prometheus needs a moment after it was away.
    ...day.gaps.map(([from, end]): Span => [from, end + 3 * MINUTE]),
  ].sort((one, other) => one[0] - other[0])
  let due: number | undefined
  if (isClear && cause.off === 0) {
    let since = evidence[after - 1]
    for (const [from, end] of masks) {
      if (since !== undefined && from < since + within + SLACK && end > since - 30 * MINUTE)
        since = evidence.filter((at) => at >= end)[after - 1]
    }
    if (since !== undefined && since + within + SLACK <= until) due = since + within + SLACK
  }
  return {
    cause,
    alerts: showing.alerts,
    labels: showing.labels ?? {},
    from: beginOf(cause),
    until,
    evidence,
    due,
    memory: showing.memory ?? 15 * MINUTE,
    aftermath: showing.aftermath ?? 15 * MINUTE,
    consequences: showing.consequences ?? [],
    exceptions: showing.exceptions ?? {},
  }
}

/** Each tick at which a cause acts and `shows`. */
export function ticksOf(
  day: Day,
  cause: Cause,
  shows: (second: number, tick: number) => boolean,
): number[] {
  const found: number[] = []
  for (let tick = 0; tick < day.ticks; tick += 1) {
    const second = tick * 30
    if (second >= beginOf(cause) && second < endOf(cause) && shows(second, tick)) found.push(second)
  }
  return found
}
