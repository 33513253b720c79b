import { catalogue } from '@verifluence/api/catalogue'
import {
  API,
  counting,
  during,
  HOUR,
  type Process,
  presence,
} from '../../../rule-testing/platform.ts'
import {
  type Battery,
  type Check,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { CALM } from '../../alert.ts'

export const BURN = 'ApiErrorBudgetBurn'

/** What fires, by the labels that matter. */
export const alarm = (severity: string, window: string, surface = 'api') => ({
  env: 'stage',
  severity,
  window,
  surface,
})

const BEGIN = HOUR

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

const burning: readonly Scenario[] = [
  {
    title: `${BURN} fires within four minutes of a total outage, and not within two`,
    lasts: 5 * HOUR,
    timelines: outage(4 * HOUR, 4 * HOUR + 1_800, 30),
    checks: [
      silent(4 * HOUR + 90, BURN),
      ...[210, 900, 1_770].map((after) => firing(4 * HOUR + after, BURN, alarm('critical', '30m'))),
      // Windows of six hours still remember it, but it does not go on.
      ...[330 + CALM, 1_800].map((after) => silent(4 * HOUR + 1_800 + after, BURN)),
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

/** Given to its own rule only. */
export const burnBattery: Battery = { name: BURN, alerts: [BURN], scenarios: burning }

const ALERT = 'ApiErrorBudgetBurn'
const MINUTE = 60
/** More than half of six hours. */
const SEEN = 200 * MINUTE

/** Requests and failures between two scrapes. */
interface Load {
  readonly ok: number
  readonly failed: number
}

const nothing: Load = { ok: 0, failed: 0 }

/** What a replica answers, with its changes in order. */
interface Case {
  readonly env: string
  readonly route?: string
  readonly replicas?: readonly string[]
  readonly changes: readonly (readonly [from: number, load: Load])[]
  /** The pair of windows that is looked at. */
  readonly window: '30m' | '6h'
  /** Whether it must fire at a moment. */
  readonly checks: readonly (readonly [at: number, fires: boolean])[]
}

const loadAt = (changes: Case['changes'], second: number): Load =>
  changes.findLast(([from]) => second >= from)?.[1] ?? nothing

const timelines = ({ env, route = '/api/offers', replicas = ['a'], changes }: Case): Timeline[] =>
  replicas.flatMap((pod) => {
    const process: Process = { kind: 'api', env, pod }
    const answered = (status_code: string, count: (load: Load) => number) =>
      counting(
        process,
        catalogue.httpRequests.name,
        { method: 'GET', route, status_code },
        (second) => count(loadAt(changes, second)),
      )
    return [answered('200', ({ ok }) => ok), answered('503', ({ failed }) => failed)]
  })

const surfaceOf = ({ route = '' }: Case) => (route.startsWith('/wh/') ? 'webhooks' : 'api')

const scenarios: readonly Case[] = [
  {
    env: 'two-replicas-below',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 57, failed: 3 }]],
    window: '30m',
    checks: [
      [30 * MINUTE, false],
      [60 * MINUTE, false],
    ],
  },
  {
    env: 'two-replicas-above',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 54, failed: 6 }]],
    window: '30m',
    checks: [[30 * MINUTE, true]],
  },
  {
    env: 'only-webhooks-fail',
    route: '/wh/kick',
    changes: [[0, { ok: 0, failed: 30 }]],
    window: '30m',
    checks: [[30 * MINUTE, true]],
  },
  {
    env: 'a-short-outage',
    changes: [
      [0, { ok: 30, failed: 0 }],
      [60 * MINUTE, { ok: 0, failed: 30 }],
      [75 * MINUTE, { ok: 30, failed: 0 }],
    ],
    window: '30m',
    checks: [
      // Calm after five minutes, and over when it has been calm for ten.
      [88 * MINUTE, true],
      [91 * MINUTE, false],
    ],
  },
  {
    env: 'no-requests-any-more',
    changes: [
      [0, { ok: 270, failed: 30 }],
      [50 * MINUTE, { ok: 285, failed: 15 }],
      [60 * MINUTE, nothing],
    ],
    window: '30m',
    checks: [
      [70 * MINUTE, true],
      [77 * MINUTE, false],
    ],
  },
  {
    env: 'fewer-come-and-all-are-refused',
    changes: [
      [0, { ok: 250, failed: 50 }],
      [50 * MINUTE, { ok: 300, failed: 0 }],
      [60 * MINUTE, { ok: 0, failed: 3 }],
    ],
    window: '30m',
    checks: [[65 * MINUTE, true]],
  },
  {
    env: 'the-longer-window-remembers',
    changes: [
      [0, { ok: 300, failed: 0 }],
      [SEEN, { ok: 150, failed: 150 }],
      [SEEN + 30 * MINUTE, { ok: 299, failed: 1 }],
    ],
    window: '6h',
    // The quicker burn was reported; the longer window adds nothing when it is over.
    checks: [
      [SEEN + 60 * MINUTE, false],
      [SEEN + 94 * MINUTE, false],
    ],
  },
  {
    env: 'much-fewer-come',
    changes: [
      [0, { ok: 940, failed: 60 }],
      [SEEN, { ok: 980, failed: 20 }],
      [SEEN + 60 * MINUTE, { ok: 49, failed: 1 }],
    ],
    window: '6h',
    // Two of a hundred still fail: that is no recovery.
    checks: [[SEEN + 80 * MINUTE, true]],
  },
  {
    env: 'much-fewer-come-and-more-are-refused',
    changes: [
      [0, { ok: 940, failed: 60 }],
      [SEEN, { ok: 1_000, failed: 0 }],
      [SEEN + 60 * MINUTE, { ok: 19, failed: 1 }],
    ],
    window: '6h',
    checks: [[SEEN + 94 * MINUTE, true]],
  },
  {
    env: 'two-replicas-below-for-longer',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 98, failed: 2 }]],
    window: '6h',
    checks: [[SEEN, false]],
  },
  {
    env: 'two-replicas-above-for-longer',
    replicas: ['a', 'b'],
    changes: [[0, { ok: 95, failed: 5 }]],
    window: '6h',
    checks: [[SEEN, true]],
  },
]

const checksOf = (scenario: Case): Check[] => {
  const { env, window } = scenario
  const fired = { env, surface: surfaceOf(scenario), window }
  return scenario.checks.map(([at, fires]) => ({
    at,
    alert: ALERT,
    among: { env, window },
    fires: fires ? [fired] : [],
  }))
}

const scenario: Scenario = {
  title: `${ALERT} depends on each part of its rule`,
  lasts: SEEN + 95 * MINUTE,
  timelines: scenarios.flatMap(timelines),
  checks: scenarios.flatMap(checksOf),
}

export const burnScenarios: readonly Battery[] = [
  { name: `${ALERT} in every environment`, alerts: [ALERT], scenarios: [scenario] },
]
