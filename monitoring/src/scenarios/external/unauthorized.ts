import { limits } from '../../limits.ts'
import { during, HOUR, WORKER } from '../common.ts'
import { type Battery, firing, type Scenario, silent } from '../scenario.ts'
import { presence } from '../world.ts'
import { calls, hourly, minutely, poll } from './calls.ts'

const BEGIN = 1_800

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

/** Told to the rule alone. */
export const unauthorizedBattery: Battery = {
  name: UNAUTHORIZED,
  alerts: [UNAUTHORIZED],
  scenarios: unauthorized,
}
