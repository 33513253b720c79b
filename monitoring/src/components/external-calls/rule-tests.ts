import { catalogue } from '@verifluence/api/catalogue'
import { type Environment, scenarioOf } from '../../rule-testing/environments.ts'
import {
  counting,
  during,
  HOUR,
  type Process,
  presence,
  WORKER,
} from '../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../rule-testing/scenario.ts'
import { CALM } from '../alert.ts'
import { limits } from './alerts.ts'

/** Calls answered with `code` at the scrapes for which `happens` says how many. */
const calls = (
  target: string,
  operation: string,
  code: string,
  happens: (second: number) => number,
  process: Process = WORKER,
): Timeline =>
  counting(process, catalogue.externalHttp.name, { target, operation, status_code: code }, happens)

const minutely = (second: number) => (second % 60 === 0 ? 1 : 0)
const hourly = (second: number) => (second % HOUR === 900 ? 1 : 0)

/** The viewer poll: one call a minute, `attempts` of them answered `code` while the fault lasts. */
const poll = (
  code: string,
  fault: readonly [number, number],
  attempts: number,
  process = WORKER,
) => {
  const ill = during(...fault)
  return [
    ...presence(process),
    calls('kick', 'channels', '200', (at) => (ill(at) ? 0 : minutely(at)), process),
    calls('kick', 'channels', code, (at) => (ill(at) ? attempts * minutely(at) : 0), process),
    // Hourly callers of the same target that go on working must not dilute the verdict.
    calls('kick', 'subscriptions_list', '200', hourly, process),
    calls('kick', 'subscriptions_list', '401', () => 0, process),
  ]
}

const BEGIN = 1_800

const UNAUTHORIZED = 'ExternalUnauthorized'
const kick = { env: 'stage', target: 'kick', severity: 'critical' }

const unauthorized: readonly Scenario[] = [
  {
    title: `${UNAUTHORIZED} fires soon after Kick revokes the token and resolves after recovery`,
    lasts: BEGIN + 2 * HOUR,
    timelines: poll('401', [BEGIN, BEGIN + HOUR], 2),
    checks: [
      silent(BEGIN + 30, UNAUTHORIZED),
      silent(BEGIN + 120, UNAUTHORIZED),
      firing(BEGIN + 300, UNAUTHORIZED, kick),
      firing(BEGIN + HOUR - 30, UNAUTHORIZED, kick),
      silent(BEGIN + HOUR + limits.unauthorized.window, UNAUTHORIZED),
    ],
  },
  {
    title: `${UNAUTHORIZED} stays silent when a token dies early and one refresh fixes it`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence(WORKER),
      calls('kick', 'channels', '200', minutely),
      calls('kick', 'channels', '401', (at) => (at % 1_800 === 0 ? 1 : 0)),
      calls('kick_oauth', 'token_refresh', '200', hourly),
      calls('kick_oauth', 'token_refresh', '401', hourly),
    ],
    quiet: true,
  },
  {
    title: `${UNAUTHORIZED} holds from one hourly run to the next, and resolves when one succeeds`,
    lasts: 5 * HOUR,
    timelines: [
      ...presence(WORKER),
      calls('x', 'users_by', '200', (at) => (during(2 * HOUR, 4 * HOUR)(at) ? 0 : hourly(at))),
      calls('x', 'users_by', '401', (at) => (during(2 * HOUR, 4 * HOUR)(at) ? hourly(at) : 0)),
      calls('kick', 'channels', '200', minutely),
    ],
    checks: [
      silent(2 * HOUR + 900, UNAUTHORIZED),
      ...[120, 900, 3_000, 3_600].map((after) =>
        firing(2 * HOUR + 900 + after + 600, UNAUTHORIZED, { ...kick, target: 'x' }),
      ),
      silent(4 * HOUR + 900 + 60, UNAUTHORIZED),
    ],
  },
  {
    title: `${UNAUTHORIZED} fires once, whichever of two replicas makes the calls`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...poll('401', [BEGIN, BEGIN + HOUR], 1, { kind: 'worker', pod: 'a' }),
      ...poll('401', [BEGIN, BEGIN + HOUR], 1, { kind: 'worker', pod: 'b' }),
    ],
    checks: [firing(BEGIN + 600, UNAUTHORIZED, kick)],
  },
  {
    title: `${UNAUTHORIZED} survives a restart of the worker in the middle`,
    lasts: BEGIN + HOUR,
    timelines: poll('401', [BEGIN, BEGIN + HOUR], 2, {
      kind: 'worker',
      runs: [
        [0, BEGIN + 600],
        [BEGIN + 660, BEGIN + 9_999],
      ],
    }),
    checks: [480, 570, 900].map((after) => firing(BEGIN + after, UNAUTHORIZED, kick)),
  },
  {
    title: `${UNAUTHORIZED} is not diluted by another operation of the target that works`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...poll('401', [BEGIN, BEGIN + HOUR], 1),
      calls('kick', 'public_key', '200', (at) => 5 * minutely(at), { kind: 'api' }),
    ],
    checks: [firing(BEGIN + 600, UNAUTHORIZED, kick)],
  },
]

/** Given to its own rule only. */
const unauthorizedBattery: Battery = {
  name: UNAUTHORIZED,
  alerts: [UNAUTHORIZED],
  scenarios: unauthorized,
}

const FAILING = 'ExternalFailing'
const kickFails = { env: 'stage', target: 'kick', severity: 'warning' }
const WITHIN = limits.failing.window + limits.failing.for

const failing: readonly Scenario[] = [
  ...['503', '500', '502', '429', 'timeout', 'connect', 'reset'].map(
    (code): Scenario => ({
      title: `${FAILING} fires when Kick answers ${code} for long, not at once, and resolves`,
      lasts: BEGIN + 2 * HOUR,
      timelines: poll(code, [BEGIN, BEGIN + HOUR], 3),
      checks: [
        silent(BEGIN + 300, FAILING),
        silent(BEGIN + 420, FAILING),
        firing(BEGIN + WITHIN, FAILING, kickFails),
        firing(BEGIN + HOUR - 30, FAILING, kickFails),
        silent(BEGIN + HOUR + limits.failing.window + CALM, FAILING),
      ],
    }),
  ),
  ...[1, 3, 4].map(
    (attempts): Scenario => ({
      title: `${FAILING} stays silent through an outage of two minutes with ${attempts} attempts a run`,
      lasts: BEGIN + HOUR,
      timelines: poll('503', [BEGIN, BEGIN + 120], attempts),
      quiet: true,
    }),
  ),
  {
    title: `${FAILING} stays silent when one hourly run fails with all its retries`,
    lasts: 2 * HOUR,
    timelines: [
      ...presence(WORKER),
      calls('s3', 'put_object', '200', () => 0),
      calls('s3', 'put_object', '503', (at) => (during(3_600, 3_720)(at) ? 2 : 0)),
    ],
    quiet: true,
  },
  {
    title: `${FAILING} does not take 401, 404 or our own aborts for failures of the service`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence(WORKER),
      ...['401', '404', 'aborted', '304', '201'].map((code) =>
        calls('kick', 'subscriptions_list', code, minutely),
      ),
    ],
    checks: [900, 1_800, 3_600].map((after) => silent(BEGIN + after, FAILING)),
  },
  {
    title: `${FAILING} tells targets apart, also where one process works and the other fails`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...poll('503', [BEGIN, BEGIN + HOUR], 1),
      calls('x', 'users_by', '200', minutely),
      calls('resend', 'send_email', '503', minutely, { kind: 'api' }),
    ],
    checks: [firing(BEGIN + WITHIN, FAILING, kickFails, { ...kickFails, target: 'resend' })],
  },
  {
    title: `${FAILING} resolves once calls succeed again, although the window still remembers`,
    lasts: BEGIN + HOUR,
    timelines: poll('503', [BEGIN, BEGIN + 1_800], 1),
    checks: [
      firing(BEGIN + 1_770, FAILING, kickFails),
      silent(BEGIN + 1_800 + 330 + CALM, FAILING),
    ],
  },
]

/** Given to its own rule only. */
const failingBattery: Battery = { name: FAILING, alerts: [FAILING], scenarios: failing }

const AT = 1_800

/** Calls of an operation between two scrapes, by the code they ended with. */
const callsOf = (
  process: Process,
  operation: string,
  byCode: Readonly<Record<string, (second: number) => number>>,
): Timeline[] =>
  Object.entries(byCode).map(([status_code, perScrape]) =>
    counting(
      process,
      catalogue.externalHttp.name,
      { target: 'kick', operation, status_code },
      perScrape,
    ),
  )

const from =
  (begin: number, each = 1) =>
  (second: number) =>
    second >= begin ? each : 0
const until =
  (end: number, each = 1) =>
  (second: number) =>
    second < end ? each : 0
const between =
  (begin: number, end: number, each = 1) =>
  (second: number) =>
    during(begin, end)(second) ? each : 0
const every =
  (seconds: number, begin = 0) =>
  (second: number) =>
    second >= begin && second % seconds === 0 ? 1 : 0

const outage = during(AT, AT + 180)
/** Three runs meet an outage of two minutes, each with its retry, and one scrape about then is lost. */
const whicheverScrapeIsLost = Array.from({ length: 12 }, (_, index): Environment => {
  const lost = AT + 60 + index * 30
  return {
    env: `outage-with-a-scrape-lost-after-${lost - AT}s`,
    timelines: (process) =>
      callsOf(process({ lost: [[lost, lost + 30]] }), 'channels', {
        200: (at) => (outage(at) ? 0 : every(60)(at)),
        401: (at) => (outage(at) ? 2 * every(60)(at) : 0),
      }),
    silent: Array.from({ length: 16 }, (_, check) => AT + 30 + check * 30),
  }
})

export const unauthorizedScenario = scenarioOf('ExternalUnauthorized', [
  {
    env: 'refused-from-a-moment-on',
    timelines: (process) => callsOf(process(), 'channels', { 200: until(AT), 401: from(AT, 99) }),
    silent: [AT + 90],
    fires: [AT + 150],
  },
  ...whicheverScrapeIsLost,
  {
    env: 'two-replicas-refused-by-the-hour',
    timelines: (process) =>
      ['a', 'b'].flatMap((pod) =>
        callsOf(process({ pod }), 'subscriptions_list', { 200: () => 0, 401: every(3_600, 60) }),
      ),
    fires: [3_600 + 300],
  },
  {
    env: 'refused-after-hours-of-success',
    timelines: (process) =>
      callsOf(process(), 'subscriptions_list', {
        200: (second) => (second < 7_200 ? every(3_600)(second) : 0),
        401: every(3_600, 7_200),
      }),
    silent: [7_200],
    fires: [7_200 + 480, 7_200 + 3_570],
  },
])

const heavily = 10

export const failingScenario = scenarioOf('ExternalFailing', [
  {
    env: 'fails-from-a-moment-on',
    timelines: (process) => [
      ...callsOf(process(), 'channels', { 200: every(60), 503: from(AT, heavily) }),
    ],
    silent: [AT + 420],
    fires: [AT + 540],
  },
  {
    env: 'two-replicas-fail',
    timelines: (process) =>
      ['a', 'b'].flatMap((pod) => callsOf(process({ pod }), 'channels', { 503: from(AT) })),
    fires: [AT + 900],
  },
  {
    env: 'six-of-ten-fail',
    timelines: (process) => callsOf(process(), 'channels', { 503: from(AT, 6), 200: () => 4 }),
    silent: [AT + 900, AT + 1_800],
  },
  {
    env: 'half-fail',
    timelines: (process) => callsOf(process(), 'channels', { 503: from(AT, 5), 200: () => 5 }),
    silent: [AT + 900, AT + 1_800],
  },
  {
    env: 'one-of-five-fails',
    timelines: (process) => callsOf(process(), 'channels', { 503: from(AT), 200: () => 4 }),
    silent: [AT + 900, AT + 1_800],
  },
  {
    env: 'works-again-but-rarely',
    timelines: (process) =>
      callsOf(process(), 'channels', {
        503: between(AT, AT + 900, heavily),
        200: every(60, AT + 900),
      }),
    fires: [AT + 870, AT + 900 + 780],
    silent: [AT + 900 + 930],
  },
  {
    env: 'half-fail-after-an-outage',
    timelines: (process) =>
      callsOf(process(), 'channels', {
        503: (second) => between(AT, AT + 600, 20)(second) || from(AT + 600)(second),
        200: from(AT + 600),
      }),
    silent: [AT + 1_980],
  },
  {
    env: 'is-called-rarely-and-fails',
    timelines: (process) => callsOf(process(), 'channels', { 503: every(240, AT) }),
    fires: [AT + 1_500, AT + 1_620, AT + 1_740],
  },
  {
    env: 'two-bursts',
    timelines: (process) =>
      callsOf(process(), 'channels', {
        503: (second) => between(AT, AT + 90, 5)(second) || between(AT + 660, AT + 750, 5)(second),
      }),
    silent: [AT + 660 + 240],
  },
])

export const externalBatteries: readonly Battery[] = [unauthorizedBattery, failingBattery]
