import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from './scenario.ts'
import { counting, type Process, presence } from './world.ts'

const HOUR = 3_600
const WORKER: Process = { kind: 'worker' }
const BEGIN = 1_800

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
const between = (from: number, until: number) => (second: number) =>
  second >= from && second < until
const hourly = (second: number) => (second % HOUR === 900 ? 1 : 0)

/** The viewer poll: one call a minute, `attempts` of them answered `code` while the fault lasts. */
const poll = (
  code: string,
  fault: readonly [number, number],
  attempts: number,
  process = WORKER,
) => {
  const ill = between(...fault)
  return [
    ...presence(process),
    calls('kick', 'channels', '200', (at) => (ill(at) ? 0 : minutely(at)), process),
    calls('kick', 'channels', code, (at) => (ill(at) ? attempts * minutely(at) : 0), process),
    // Hourly callers of the same target that go on working must not dilute the verdict.
    calls('kick', 'subscriptions_list', '200', hourly, process),
    calls('kick', 'subscriptions_list', '401', () => 0, process),
  ]
}

const UNAUTHORIZED = 'ExternalUnauthorized'
const kick = { env: 'stage', target: 'kick', severity: 'critical' }

const unauthorized: readonly Scenario[] = [
  {
    title: `${UNAUTHORIZED} fires soon after Kick revokes the token and resolves after the mend`,
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
    title: `${UNAUTHORIZED} stays silent when a token dies early and one refresh mends it`,
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
      calls('x', 'users_by', '200', (at) => (between(2 * HOUR, 4 * HOUR)(at) ? 0 : hourly(at))),
      calls('x', 'users_by', '401', (at) => (between(2 * HOUR, 4 * HOUR)(at) ? hourly(at) : 0)),
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
        silent(BEGIN + HOUR + limits.failing.window, FAILING),
      ],
    }),
  ),
  ...[1, 3, 4].map(
    (attempts): Scenario => ({
      title: `${FAILING} stays silent through a hiccup of two minutes with ${attempts} attempts a run`,
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
      calls('s3', 'put_object', '503', (at) => (between(3_600, 3_720)(at) ? 2 : 0)),
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
    checks: [firing(BEGIN + 1_770, FAILING, kickFails), silent(BEGIN + 1_800 + 330, FAILING)],
  },
]

export const externalBatteries: readonly Battery[] = [
  { name: UNAUTHORIZED, alerts: [UNAUTHORIZED], scenarios: unauthorized },
  { name: FAILING, alerts: [FAILING], scenarios: failing },
]
