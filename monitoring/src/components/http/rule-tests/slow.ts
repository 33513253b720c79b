import { catalogue } from '@verifluence/api/catalogue'
import type { Environment, Make } from '../../../rule-testing/environments.ts'
import { latencies } from '../../../rule-testing/latencies.ts'
import {
  API,
  type Durations,
  during,
  HOUR,
  observed,
  type Process,
  presence,
} from '../../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { CALM } from '../../alert.ts'
import { limits } from '../alerts.ts'

const BEGIN = HOUR
const warning = { env: 'stage', severity: 'warning' }

const SLOW = 'ApiSlow'
const { apiSlow } = limits

/** Requests a scrape by how long they took. */
const durations = (
  fast: (second: number) => number,
  slow: (second: number) => number,
  {
    route = '/api/offers',
    status = '200',
    process = API,
  }: { route?: string; status?: string; process?: Process } = {},
): Timeline[] => [
  ...presence(process),
  ...observed(
    process,
    catalogue.httpRequestDuration,
    { method: 'GET', route, status_code: status },
    (at) => ({ 0.05: fast(at), 2.5: slow(at) }),
  ),
]
const some = (many: number) => () => many
const inFault = (many: number) => (now: number) => (during(BEGIN, BEGIN + HOUR)(now) ? many : 0)

const slow: readonly Scenario[] = [
  {
    title: `${SLOW} fires when one request in twenty is slow for long, and resolves`,
    lasts: BEGIN + HOUR + 1_200,
    timelines: durations(some(19), inFault(1)),
    checks: [
      silent(BEGIN + apiSlow.for, SLOW),
      firing(BEGIN + apiSlow.for + 180, SLOW, warning),
      firing(BEGIN + HOUR - 30, SLOW, warning),
      silent(BEGIN + HOUR + apiSlow.window + CALM + 30, SLOW),
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
    title: `${SLOW} lets a slow request every few minutes of a quiet night pass`,
    lasts: BEGIN + 2 * HOUR,
    timelines: durations(some(0), (now) => (now % 270 === 0 ? 1 : 0)),
    checks: [900, 1_800, 3_600].map((after) => silent(BEGIN + after, SLOW)),
  },
  {
    title: `${SLOW} does not take the patience of clients that hang up for its own time`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...durations(some(19), some(0)),
      ...durations(some(0), inFault(5), { status: '499' }),
    ],
    checks: [900, 1_800, 3_000].map((after) => silent(BEGIN + after, SLOW)),
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

/** Given to its own rule only. */
export const slowBattery: Battery = { name: SLOW, alerts: [SLOW], scenarios: slow }

const definition = catalogue.httpRequestDuration
const LATE = 2_400
const QUICK = 0.04
const TWO_SECONDS = 2

interface Answered {
  readonly code?: string
  readonly route?: string
  readonly pod?: string
  readonly edges?: (edge: number) => string
}

/** Requests between two scrapes, by how long they took. */
const requests =
  (
    durations: Durations | ((second: number) => Durations),
    { code = '200', route = '/api/offers', pod = 'a', edges }: Answered = {},
  ) =>
  (process: Make) =>
    observed(
      process({ kind: 'api', pod }),
      definition,
      { method: 'GET', route, status_code: code },
      durations,
      edges,
    )

const together =
  (...parts: readonly ReturnType<typeof requests>[]) =>
  (process: Make) =>
    parts.flatMap((part) => part(process))

/** Four in fifteen minutes are let pass, five are not: there are thirty scrapes. */
const few = { [QUICK]: 0.3, [TWO_SECONDS]: 0.13 }
const enough = { [QUICK]: 0.3, [TWO_SECONDS]: 0.17 }
const prometheus3 = (edge: number) => (Number.isInteger(edge) ? `${edge}.0` : String(edge))

const BEARABLE = 0.8
const CALMER_AT = 1_500
/** Slow ones are there, but far fewer than one in a hundred. */
const calm = { [QUICK]: 1_000, [TWO_SECONDS]: 0.5 }

const environments: readonly Environment[] = [
  {
    env: 'most-are-bearable',
    timelines: requests({ [BEARABLE]: 1_000, [TWO_SECONDS]: 0.5 }),
    silent: [LATE],
  },
  {
    env: 'calmer-of-late',
    timelines: requests((at): Durations => (at < CALMER_AT ? { [TWO_SECONDS]: 10 } : calm)),
    fires: [CALMER_AT, CALMER_AT + CALM],
    silent: [CALMER_AT + 450 + CALM],
  },
  {
    env: 'slow-ones-come-in-bursts',
    timelines: requests((at) => ({ [QUICK]: 10, [TWO_SECONDS]: at % 240 === 0 ? 4 : 0 })),
    fires: [LATE - 150, LATE],
  },
  { env: 'few-are-slow', timelines: requests(few), silent: [LATE] },
  { env: 'enough-are-slow', timelines: requests(enough), fires: [LATE] },
  {
    env: 'enough-are-slow-in-prometheus-3',
    timelines: requests(enough, { edges: prometheus3 }),
    fires: [LATE],
  },
  {
    env: 'clients-hang-up-late',
    timelines: together(requests(calm), requests({ [TWO_SECONDS]: 100 }, { code: '499' })),
    silent: [LATE],
  },
  {
    env: 'clients-hang-up-late-and-few-are-slow',
    timelines: together(requests(few), requests({ [TWO_SECONDS]: 5 }, { code: '499' })),
    silent: [LATE],
  },
  {
    env: 'clients-hang-up-at-once',
    timelines: together(requests(enough), requests({ [QUICK]: 5 }, { code: '499' })),
    fires: [LATE],
  },
  {
    env: 'few-are-slow-next-to-many-webhooks',
    timelines: together(requests(few), requests({ [QUICK]: 10 }, { route: '/wh/kick' })),
    silent: [LATE],
  },
  {
    env: 'enough-are-slow-next-to-many-webhooks',
    timelines: together(requests(enough), requests({ [QUICK]: 10 }, { route: '/wh/kick' })),
    fires: [LATE],
  },
  {
    env: 'two-replicas-share-the-slow-ones',
    timelines: together(
      requests({ [TWO_SECONDS]: 0.1 }),
      requests({ [TWO_SECONDS]: 0.1 }, { pod: 'b' }),
    ),
    fires: [LATE],
  },
  {
    env: 'two-replicas-are-busy',
    timelines: together(
      requests({ [QUICK]: 1, [TWO_SECONDS]: 0.05 }),
      requests({ [QUICK]: 1, [TWO_SECONDS]: 0.05 }, { pod: 'b' }),
    ),
    silent: [LATE],
  },
]

export const apiScenarios: readonly Battery[] = [
  latencies('ApiSlow', {
    definition,
    labels: { method: 'GET', route: '/api/offers', status_code: '200' },
    bearable: 0.8,
    slow: TWO_SECONDS,
    more: environments,
  }),
]
