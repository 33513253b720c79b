import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { observed } from '../observed.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { type Process, presence } from '../world.ts'

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
      silent(BEGIN + HOUR + apiSlow.window + limits.calm + 30, SLOW),
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

/** Told to the rule alone. */
export const slowBattery: Battery = { name: SLOW, alerts: [SLOW], scenarios: slow }
