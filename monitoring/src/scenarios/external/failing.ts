import { limits } from '../../limits.ts'
import { during, HOUR, WORKER } from '../common.ts'
import { type Battery, firing, type Scenario, silent } from '../scenario.ts'
import { presence } from '../world.ts'
import { calls, minutely, poll } from './calls.ts'

const BEGIN = 1_800

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
        silent(BEGIN + HOUR + limits.failing.window + limits.calm, FAILING),
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
      silent(BEGIN + 1_800 + 330 + limits.calm, FAILING),
    ],
  },
]

/** Told to the rule alone. */
export const failingBattery: Battery = { name: FAILING, alerts: [FAILING], scenarios: failing }
