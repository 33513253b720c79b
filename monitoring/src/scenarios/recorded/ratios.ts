import { errorRate, errorRatio, requestRate, type Window } from '../../recordings/availability.ts'
import { HOUR } from '../common.ts'
import type { Reading, Scenario, Timeline } from '../scenario.ts'

const DAY = 24 * HOUR
const LENGTHS = { '2h': 2 * HOUR, '6h': 6 * HOUR, '1d': DAY, '3d': 3 * DAY, '30d': 30 * DAY }

/** More than twice the longest window, so that also one of double length would have a ratio of its own. */
const AT = 61 * DAY

const level = { env: 'stage', surface: 'api' }

/** One sample an hour is enough: both grow, at different paces, so that no two windows agree. */
const errors = (second: number) => (second / HOUR) ** 2
const requests = (second: number) => 1_000 + second / HOUR

const hourly = (name: string, value: (second: number) => number): Timeline => ({
  name,
  labels: level,
  at: (second) => (second % HOUR === 0 ? value(second) : undefined),
})

/** Over the samples of a window: the sum of all errors to the sum of all requests. */
function ratio(length: number): number {
  const hours = Array.from({ length: length / HOUR }, (_, hour) => AT - hour * HOUR)
  const sum = (of: (second: number) => number) => hours.reduce((all, at) => all + of(at), 0)
  return sum(errors) / sum(requests)
}

const readings = Object.entries(LENGTHS).map(
  ([window, length]): Reading => ({
    at: AT,
    expr: errorRatio(window as Window),
    is: [{ labels: level, value: ratio(length) }],
  }),
)

export const ratios: Scenario = {
  title: 'a long window relates all its errors to all its requests',
  lasts: AT,
  timelines: [hourly(errorRate('5m'), errors), hourly(requestRate('5m'), requests)],
  readings,
}
