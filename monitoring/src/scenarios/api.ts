import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from './scenario.ts'
import { counting, exported, type Process, presence } from './world.ts'

const HOUR = 3_600
const BEGIN = HOUR
const API: Process = { kind: 'api' }
const during = (from: number, until: number) => (second: number) => second >= from && second < until

const BURN = 'ApiErrorBudgetBurn'

/** Requests a scrape to one route, answered `code`. */
const requests = (
  code: string,
  perScrape: (second: number) => number,
  route = '/api/offers',
  process = API,
): Timeline =>
  counting(
    process,
    catalogue.httpRequests.name,
    { method: 'GET', route, status_code: code },
    perScrape,
  )

/** All requests fail from `from` to `until`. */
const outage = (from: number, until: number, many: number, route?: string, process = API) => [
  ...presence(process),
  requests('200', (at) => (during(from, until)(at) ? 0 : many), route, process),
  requests('500', (at) => (during(from, until)(at) ? many : 0), route, process),
]

const alarm = (severity: string, window: string, surface = 'api') => ({
  env: 'stage',
  severity,
  window,
  surface,
})

const burning: readonly Scenario[] = [
  {
    title: `${BURN} wakes somebody within four minutes of a total outage, and not within two`,
    lasts: 5 * HOUR,
    timelines: outage(4 * HOUR, 4 * HOUR + 1_800, 30),
    checks: [
      silent(4 * HOUR + 90, BURN),
      ...[210, 900, 1_770].map((after) => firing(4 * HOUR + after, BURN, alarm('critical', '30m'))),
      // Windows of six hours still remember it, but it does not go on.
      ...[330, 600, 1_800].map((after) => silent(4 * HOUR + 1_800 + after, BURN)),
    ],
  },
  {
    title: `${BURN} tells the webhook surface from the API, so that neither dilutes the other`,
    lasts: BEGIN + 1_200,
    timelines: [
      ...outage(BEGIN, BEGIN + 1_200, 5),
      requests('200', () => 500, '/wh/kick'),
      requests('500', () => 0, '/wh/kick'),
    ],
    checks: [firing(BEGIN + 300, BURN, alarm('critical', '30m'))],
  },
  {
    title: `${BURN} sees webhooks that cannot be stored`,
    lasts: BEGIN + 1_200,
    timelines: [
      ...outage(BEGIN, BEGIN + 1_200, 5, '/wh/kick'),
      requests('200', () => 500),
      requests('500', () => 0),
    ],
    checks: [firing(BEGIN + 300, BURN, alarm('critical', '30m', 'webhooks'))],
  },
  {
    title: `${BURN} lets three failed requests of a quiet night pass`,
    lasts: BEGIN + 2 * HOUR,
    timelines: [
      ...presence(API),
      requests('200', (at) => (at % 1_200 === 0 ? 1 : 0)),
      requests('500', (at) => (during(BEGIN, BEGIN + 90)(at) ? 1 : 0)),
    ],
    checks: [120, 300, 600, 1_800].map((after) => silent(BEGIN + after, BURN)),
  },
  {
    title: `${BURN} does not count client errors, hang-ups or redirects`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence(API),
      ...['400', '401', '404', '409', '499', '304'].map((code) => requests(code, () => 20)),
    ],
    checks: [BEGIN, BEGIN + HOUR].map((at) => silent(at, BURN)),
  },
  {
    title: `${BURN} stays silent while one request in a thousand fails`,
    lasts: 8 * HOUR,
    timelines: [...presence(API), requests('200', () => 999), requests('503', () => 1)],
    checks: [HOUR, 4 * HOUR, 8 * HOUR].map((at) => silent(at, BURN)),
  },
  {
    title: `${BURN} adds up the replicas and survives the restart of one`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...outage(BEGIN, BEGIN + HOUR, 5, undefined, { kind: 'api', pod: 'a' }),
      ...outage(BEGIN, BEGIN + HOUR, 5, undefined, {
        kind: 'api',
        pod: 'b',
        runs: [
          [0, BEGIN + 300],
          [BEGIN + 330, BEGIN + 9_999],
        ],
      }),
    ],
    checks: [240, 330, 900].map((after) => firing(BEGIN + after, BURN, alarm('critical', '30m'))),
  },
  {
    title: `${BURN} finds a burn of six times the budget once it has seen half of six hours`,
    lasts: 5 * HOUR,
    timelines: [...presence(API), requests('200', () => 96), requests('500', () => 4)],
    checks: [silent(2 * HOUR, BURN), firing(4 * HOUR, BURN, alarm('critical', '6h'))],
  },
]

/** Ratios over days, told as recorded series: promtool need not live through them. */
const ratios = (byWindow: Readonly<Record<string, number>>): Timeline[] =>
  Object.entries(byWindow).map(([window, ratio]) => ({
    name: `env_surface:vf_http_error_ratio:rate${window}`,
    labels: { env: 'stage', surface: 'api' },
    at: () => ratio,
  }))

/** Requests and errors a second, as they were recorded all the time. */
const traffic = (requestsPerSecond: number, errorsPerSecond: number): Timeline[] =>
  ['5m', '30m'].flatMap((window) =>
    [
      { name: `env_surface:vf_http_requests:rate${window}`, rate: requestsPerSecond },
      { name: `env_surface:vf_http_errors:rate${window}`, rate: errorsPerSecond },
    ].map(({ name, rate }) => ({
      name,
      labels: { env: 'stage', surface: 'api' },
      at: () => rate,
    })),
  )

const DAY = 24 * HOUR

const slowly: readonly Scenario[] = [
  {
    title: `${BURN} warns of three times the budget over a day, when half of it has been seen`,
    lasts: DAY,
    timelines: [
      ...ratios({ '5m': 0.016, '2h': 0.016, '1d': 0.016, '6h': 0.002 }),
      ...traffic(1, 0.016),
    ],
    checks: [silent(DAY / 2 - 600, BURN), firing(DAY / 2 + 600, BURN, alarm('warning', '1d'))],
  },
  {
    title: `${BURN} warns of a budget that will just be used up, when half of three days have been seen`,
    lasts: 2 * DAY,
    timelines: [...ratios({ '5m': 0.006, '6h': 0.006, '3d': 0.006 }), ...traffic(1, 0.006)],
    checks: [silent(1.5 * DAY - 600, BURN), firing(1.5 * DAY + 600, BURN, alarm('warning', '3d'))],
  },
  ...[
    { calm: 'five minutes', ratio: { '5m': 0.004 } },
    { calm: 'short window', ratio: { '2h': 0.014, '6h': 0.004 } },
    { calm: 'long window', ratio: { '1d': 0.014, '3d': 0.004 } },
  ].map(
    ({ calm, ratio }): Scenario => ({
      title: `${BURN} does not warn while the ${calm} is calm`,
      lasts: 2 * DAY,
      timelines: [
        ...ratios({ '5m': 0.016, '2h': 0.016, '1d': 0.016, '6h': 0.016, '3d': 0.016, ...ratio }),
        ...traffic(1, 0.01),
      ],
      checks: [silent(2 * DAY, BURN)],
    }),
  ),
  {
    title: `${BURN} does not warn of a ratio that a handful of errors makes`,
    lasts: 2 * DAY,
    timelines: [
      ...ratios({ '5m': 0.1, '30m': 0.1, '2h': 0.1, '6h': 0.1, '1d': 0.1, '3d': 0.1 }),
      ...traffic(0.001, 0.0001),
    ],
    checks: [silent(2 * DAY, BURN)],
  },
  {
    title: `${BURN} says one thing at a time: while it burns fast the slow burn adds nothing`,
    lasts: 2 * DAY,
    timelines: [
      ...ratios({ '5m': 1, '30m': 1, '2h': 0.5, '6h': 0.2, '1d': 0.04, '3d': 0.02 }),
      ...traffic(1, 1),
    ],
    checks: [firing(2 * DAY, BURN, alarm('critical', '30m'))],
  },
]

const SLOW = 'ApiSlow'
const { apiSlow } = limits

/** Requests a scrape by how long they took. */
const durations = (
  fast: (second: number) => number,
  slow: (second: number) => number,
  { route = '/api/offers', process = API }: { route?: string; process?: Process } = {},
): Timeline[] => [
  ...presence(process),
  ...[...catalogue.httpRequestDuration.buckets, '+Inf'].map((edge) =>
    counting(
      process,
      `${catalogue.httpRequestDuration.name}_bucket`,
      { method: 'GET', route, status_code: '200', le: String(edge) },
      (at) =>
        (Number(edge) < 0.05 ? 0 : fast(at)) +
        (edge === '+Inf' || Number(edge) >= 2.5 ? slow(at) : 0),
    ),
  ),
]
const some = (many: number) => () => many
const inFault = (many: number) => (now: number) => (during(BEGIN, BEGIN + HOUR)(now) ? many : 0)

const warning = { env: 'stage', severity: 'warning' }

const slow: readonly Scenario[] = [
  {
    title: `${SLOW} fires when one request in twenty is slow for long, and resolves`,
    lasts: BEGIN + HOUR + 900,
    timelines: durations(some(19), inFault(1)),
    checks: [
      silent(BEGIN + apiSlow.for, SLOW),
      firing(BEGIN + apiSlow.for + 90, SLOW, warning),
      firing(BEGIN + HOUR - 30, SLOW, warning),
      silent(BEGIN + HOUR + apiSlow.window + 30, SLOW),
    ],
  },
  {
    title: `${SLOW} is not diluted by many fast webhooks`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...durations(some(19), inFault(1)),
      ...durations(some(900), some(0), { route: '/wh/kick' }),
    ],
    checks: [firing(BEGIN + 900, SLOW, warning)],
  },
  {
    title: `${SLOW} lets a slow request an hour pass, and says nothing without traffic`,
    lasts: BEGIN + 2 * HOUR,
    timelines: durations(some(0), (now) => (now % HOUR === 0 ? 1 : 0)),
    checks: [300, 660, 3_900].map((after) => silent(BEGIN + after, SLOW)),
  },
  {
    title: `${SLOW} lets one slow request in two hundred pass`,
    lasts: BEGIN + HOUR,
    timelines: durations(some(199), inFault(1)),
    checks: [silent(BEGIN + 1_800, SLOW)],
  },
  {
    title: `${SLOW} counts the replicas together`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...durations(some(10), some(0), { process: { kind: 'api', pod: 'a' } }),
      ...durations(some(10), inFault(1), { process: { kind: 'api', pod: 'b' } }),
    ],
    checks: [firing(BEGIN + 900, SLOW, warning)],
  },
]

const BLOCKED = 'EventLoopBlocked'
const { eventLoop } = limits
const lag = (at: (second: number) => number, process: Process): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.eventLoopLagMax.name, {}, at),
]
const blocked = (now: number) =>
  during(BEGIN, BEGIN + HOUR)(now) ? eventLoop.blockedFor * 1.2 : 0.02

const blocking: readonly Scenario[] = [
  {
    title: `${BLOCKED} fires when one replica is blocked over and over, also through lost scrapes`,
    lasts: BEGIN + HOUR + 300,
    timelines: [
      ...lag(() => 0.01, { kind: 'api', pod: 'a' }),
      ...lag(blocked, { kind: 'api', pod: 'b', lost: [[BEGIN + 150, BEGIN + 210]] }),
      ...lag(() => eventLoop.blockedFor * 0.9, { kind: 'worker' }),
    ],
    checks: [
      silent(BEGIN + eventLoop.for - 30, BLOCKED),
      firing(BEGIN + eventLoop.for + 30, BLOCKED, { ...warning, service: 'api' }),
      firing(BEGIN + HOUR - 30, BLOCKED, { ...warning, service: 'api' }),
      silent(BEGIN + HOUR + 30, BLOCKED),
    ],
  },
  {
    title: `${BLOCKED} lets the start of a process pass`,
    lasts: HOUR,
    timelines: lag((now) => (now < 90 ? 2 : 0.01), API),
    quiet: true,
  },
]

export const apiBatteries: readonly Battery[] = [
  { name: BURN, alerts: [BURN], scenarios: burning },
  {
    name: `${BURN}, over days`,
    alerts: [BURN],
    recordings: false,
    evaluateEvery: 600,
    scenarios: slowly,
  },
  { name: SLOW, alerts: [SLOW], scenarios: slow },
  { name: BLOCKED, alerts: [BLOCKED], scenarios: blocking },
]
