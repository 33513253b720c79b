import { catalogue } from '@verifluence/api/catalogue'
import { counting, HOUR, type Span } from '../../../rule-testing/platform.ts'
import {
  type Battery,
  type Reading,
  SCRAPE,
  type Scenario,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { errorRate, errorRatio, requestRate, surfaces } from '../recording-rules.ts'

const MINUTE = 60
const WINDOWS = { '5m': 5 * MINUTE, '30m': 30 * MINUTE } as const
type Window = keyof typeof WINDOWS
type Surface = keyof typeof surfaces

/** Requests of one kind. Each weight is a prime, so that no mistaken sum equals the right one. */
interface Flow {
  readonly env: string
  readonly pod: string
  readonly surface: Surface
  readonly status: '200' | '503'
  readonly weight: number
  readonly runs?: readonly Span[]
}

const ROUTES: Readonly<Record<Surface, string>> = { api: '/api/offers', webhooks: '/wh/kick' }
const ENDED: readonly Span[] = [[0, 10 * MINUTE]]

const flows: readonly Flow[] = [
  { env: 'both', pod: 'a', surface: 'api', status: '200', weight: 3 },
  { env: 'both', pod: 'b', surface: 'api', status: '200', weight: 5 },
  { env: 'both', pod: 'a', surface: 'api', status: '503', weight: 7 },
  { env: 'both', pod: 'b', surface: 'api', status: '503', weight: 11 },
  { env: 'both', pod: 'a', surface: 'webhooks', status: '200', weight: 13 },
  { env: 'both', pod: 'b', surface: 'webhooks', status: '200', weight: 17 },
  { env: 'both', pod: 'a', surface: 'webhooks', status: '503', weight: 19 },
  { env: 'both', pod: 'b', surface: 'webhooks', status: '503', weight: 23 },
  { env: 'no-webhooks-and-no-errors', pod: 'a', surface: 'api', status: '200', weight: 29 },
  { env: 'only-webhooks-and-no-errors', pod: 'a', surface: 'webhooks', status: '200', weight: 31 },
  { env: 'ended', pod: 'a', surface: 'api', status: '200', weight: 37, runs: ENDED },
  { env: 'ended', pod: 'a', surface: 'webhooks', status: '200', weight: 41, runs: ENDED },
]

/** There are more requests from one scrape to the next, so that each window has a rate of its own. */
const growth = (second: number) => second / SCRAPE

const timelineOf = ({ env, pod, surface, status, weight, runs }: Flow): Timeline =>
  counting(
    { kind: 'api', env, pod, ...(runs && { runs }) },
    catalogue.httpRequests.name,
    { method: 'GET', route: ROUTES[surface], status_code: status },
    (second) => weight * growth(second),
  )

/** A second, of one weight: the mean of what the window's samples grew by. */
function meanGrowth(at: number, window: Window): number {
  const steps = WINDOWS[window] / SCRAPE - 1
  const grown = Array.from({ length: steps }, (_, step) => growth(at - step * SCRAPE))
  return grown.reduce((sum, one) => sum + one, 0) / (steps * SCRAPE)
}

const AT = 60 * MINUTE
const isRunning = ({ runs }: Flow) => runs === undefined

/** What must be recorded of each environment and surface that has requests at all. */
function recorded(value: (weights: { all: number; failed: number }) => number) {
  const running = flows.filter(isRunning)
  const levels = new Set(running.map(({ env, surface }) => `${env} ${surface}`))
  return [...levels].map((level) => {
    const [env = '', surface = ''] = level.split(' ')
    const own = running.filter((flow) => flow.env === env && flow.surface === surface)
    const weightOf = (list: readonly Flow[]) => list.reduce((sum, { weight }) => sum + weight, 0)
    const weights = {
      all: weightOf(own),
      failed: weightOf(own.filter(({ status }) => status === '503')),
    }
    return { labels: { env, surface }, value: value(weights) }
  })
}

const readingsOf = (window: Window): Reading[] => {
  const grown = meanGrowth(AT, window)
  return [
    { at: AT, expr: requestRate(window), is: recorded(({ all }) => all * grown) },
    { at: AT, expr: errorRate(window), is: recorded(({ failed }) => failed * grown) },
    { at: AT, expr: errorRatio(window), is: recorded(({ all, failed }) => failed / all) },
  ]
}

/** As long as the window reaches back to the last requests their errors are none; later they are unknown. */
const endOf = (window: Window, known: number, unknown: number): Reading[] => {
  const expr = `${errorRate(window)}{env="ended"}`
  const none = Object.keys(surfaces).map((surface) => ({
    labels: { env: 'ended', surface },
    value: 0,
  }))
  return [
    { at: known, expr, is: none },
    { at: unknown, expr, is: [] },
  ]
}

const rates: Scenario = {
  title: 'requests and errors are recorded by environment and surface, summed over replicas',
  lasts: AT,
  timelines: flows.map(timelineOf),
  readings: [
    ...endOf('5m', 13.5 * MINUTE, 17 * MINUTE),
    ...endOf('30m', 30 * MINUTE, 55 * MINUTE),
    ...readingsOf('5m'),
    ...readingsOf('30m'),
  ],
}

const DAY = 24 * HOUR
const LENGTHS = { '2h': 2 * HOUR, '6h': 6 * HOUR, '1d': DAY, '3d': 3 * DAY, '30d': 30 * DAY }

/** More than twice the longest window, so that also one of double length would have a ratio of its own. */
const READ_AT = 61 * DAY

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
  const hours = Array.from({ length: length / HOUR }, (_, hour) => READ_AT - hour * HOUR)
  const sum = (of: (second: number) => number) => hours.reduce((all, at) => all + of(at), 0)
  return sum(errors) / sum(requests)
}

const readings = Object.entries(LENGTHS).map(
  ([window, length]): Reading => ({
    at: READ_AT,
    expr: errorRatio(window as Window),
    is: [{ labels: level, value: ratio(length) }],
  }),
)

const ratios: Scenario = {
  title: 'a long window relates all its errors to all its requests',
  lasts: READ_AT,
  timelines: [hourly(errorRate('5m'), errors), hourly(requestRate('5m'), requests)],
  readings,
}

/** The recorded series, read one by one: an alert may be right although what it reads is not. */
export const recordedBatteries: readonly Battery[] = [
  { name: 'recorded rates', alerts: [], recordings: true, scenarios: [rates] },
  {
    name: 'recorded ratios',
    alerts: [],
    recordings: true,
    evaluateEvery: 3_600,
    scenarios: [ratios],
  },
]
