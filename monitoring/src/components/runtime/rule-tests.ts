import { catalogue } from '@verifluence/api/catalogue'
import { cutOff, scenarioOf } from '../../rule-testing/environments.ts'
import {
  API,
  counting,
  during,
  exported,
  HOUR,
  type Process,
  presence,
  type Span,
} from '../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../rule-testing/scenario.ts'
import { limits } from './alerts.ts'

const BEGIN = HOUR
const warning = { env: 'stage', severity: 'warning' }

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

/** Given to its own rule only. */
export const eventLoopBattery: Battery = { name: BLOCKED, alerts: [BLOCKED], scenarios: blocking }

const FIRST_DROP = 1_200

const DROPPED = 'SeriesDropped'
const METRIC = catalogue.httpRequests.name
const dropped = (at: (second: number) => number | undefined, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.seriesDropped.name, { metric: METRIC }, at),
]
const overflow = { env: 'stage', service: 'api', metric: METRIC, severity: 'warning' }

const dropping: readonly Scenario[] = [
  {
    title: `${DROPPED} fires on a burst that happened between two scrapes`,
    lasts: FIRST_DROP + HOUR,
    timelines: dropped((now) => (now < FIRST_DROP ? undefined : 400)),
    checks: [
      silent(FIRST_DROP + 30, DROPPED),
      firing(FIRST_DROP + 90, DROPPED, overflow),
      silent(FIRST_DROP + 1_260, DROPPED),
    ],
  },
  {
    title: `${DROPPED} goes on while labels overflow, for each metric and process once`,
    lasts: FIRST_DROP + HOUR,
    timelines: [
      ...dropped((now) => (now < FIRST_DROP ? 7 : 7 + (now - FIRST_DROP)), {
        kind: 'api',
        pod: 'a',
      }),
      ...dropped((now) => (now < FIRST_DROP ? 7 : 7 + (now - FIRST_DROP)), {
        kind: 'api',
        pod: 'b',
      }),
    ],
    checks: [
      silent(FIRST_DROP - 30, DROPPED),
      firing(FIRST_DROP + 150, DROPPED, overflow),
      firing(FIRST_DROP + HOUR - 30, DROPPED, overflow),
    ],
  },
  {
    title: `${DROPPED} does not take an old count for a new one after ten minutes without scrapes`,
    lasts: 2 * HOUR,
    timelines: dropped(() => 7, { kind: 'api', lost: [[HOUR, HOUR + 600]] }),
    checks: [HOUR + 600, HOUR + 690, HOUR + 900].map((at) => silent(at, DROPPED)),
  },
]

/** Given to its own rule only. */
export const droppedBattery: Battery = { name: DROPPED, alerts: [DROPPED], scenarios: dropping }

const AT = 7_200
const END = Number.POSITIVE_INFINITY

const loopScenario = scenarioOf('EventLoopBlocked', [
  {
    env: 'blocked-and-cut-off',
    timelines: (process) => [
      exported(process(cutOff(AT)), catalogue.eventLoopLagMax.name, {}, () => 2),
    ],
    fires: [AT + 60, AT + 150],
  },
])

const drops = (process: Process, perScrape: (second: number) => number) =>
  counting(process, catalogue.seriesDropped.name, { metric: 'vf_http_requests_total' }, perScrape)
const onceAt = (moment: number) => (second: number) => (second === moment ? 9 : 0)

/** A series that is there in these spans only, with a value that stands still. */
const there = (process: Process, value: number, ...spans: readonly Span[]) =>
  exported(process, catalogue.seriesDropped.name, { metric: 'vf_http_requests_total' }, (second) =>
    spans.some(([from, until]) => second >= from && second < until) ? value : undefined,
  )

const dropsScenario = scenarioOf('SeriesDropped', [
  {
    env: 'again-after-a-long-time',
    timelines: (process) => [drops(process(), onceAt(AT))],
    silent: [AT - 30, AT + 690],
    fires: [AT + 480],
  },
  {
    env: 'a-single-one',
    timelines: (process) => [there(process(), 1, [AT, END])],
    fires: [AT + 300],
  },
  {
    env: 'none-at-all',
    timelines: (process) => [there(process(), 0, [AT, END])],
    silent: [AT + 300],
  },
  {
    env: 'there-less-than-an-hour-before',
    timelines: (process) => [there(process(), 9, [AT - 3_300, AT - 3_000], [AT, END])],
    silent: [AT + 300],
  },
  {
    env: 'there-more-than-an-hour-before',
    timelines: (process) => [there(process(), 9, [AT - 6_000, AT - 5_700], [AT, END])],
    fires: [AT + 300],
  },
])

export const runtimeScenarios: readonly Battery[] = [loopScenario, dropsScenario]
