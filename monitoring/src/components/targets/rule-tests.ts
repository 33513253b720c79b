import { environments, type targets } from '../../places.ts'
import { type Make, scenarioOf } from '../../rule-testing/environments.ts'
import { type Process, presence, type Span } from '../../rule-testing/platform.ts'
import { type Battery, firing, type Scenario, silent } from '../../rule-testing/scenario.ts'
import { limits } from './alerts.ts'

const HOUR = 3_600
const END = Number.POSITIVE_INFINITY
const GONE = 600
const BACK = 1_200

const critical = environments.map((env) => ({ env, severity: 'critical' }))

const down = (kind: keyof typeof targets, alert: string): Scenario[] => [
  {
    title: `${alert} fires when the only process stops answering, and resolves when it is back`,
    lasts: BACK + 300,
    timelines: presence({
      kind,
      runs: [
        [0, GONE],
        [BACK, END],
      ],
    }),
    checks: [
      silent(GONE + limits.downFor - 30, alert),
      firing(GONE + limits.downFor + 30, alert, ...critical),
      firing(BACK + limits.downCalm - 60, alert, ...critical),
      silent(BACK + limits.downCalm + 30, alert),
    ],
  },
  {
    title: `${alert} fires when there is no target at all`,
    lasts: BACK + 300,
    timelines: presence({
      kind,
      discovered: false,
      runs: [
        [0, GONE],
        [BACK, END],
      ],
    }),
    checks: [
      silent(GONE + limits.downFor - 30, alert),
      firing(GONE + limits.downFor + 30, alert, ...critical),
      silent(BACK + limits.downCalm + 30, alert),
    ],
  },
  {
    title: `${alert} fires on an installation whose targets were never found`,
    lasts: 600,
    timelines: [],
    checks: [firing(limits.downFor + 30, alert, ...critical)],
  },
  {
    title: `${alert} does not mind one replica that is gone, a restart, or two lost scrapes`,
    lasts: HOUR,
    timelines: [
      ...presence({ kind, pod: 'a', runs: [[0, GONE]] }),
      ...presence({
        kind,
        pod: 'b',
        runs: [
          [0, 1_800],
          [1_860, END],
        ],
        lost: [[2_700, 2_760]],
      }),
    ],
    checks: [GONE + 300, 1_860, 1_890, 2_760, HOUR].map((at) => silent(at, alert)),
  },
  {
    title: `${alert} is not calmed by a process of another environment`,
    lasts: 600,
    timelines: presence({ kind, env: 'production' }),
    checks: [firing(limits.downFor + 30, alert, ...critical)],
  },
]

const other = { api: 'worker', worker: 'api' } as const
const confused = (kind: keyof typeof targets, alert: string): Scenario => ({
  title: `${alert} is not calmed by the other process`,
  lasts: 600,
  timelines: presence({ kind: other[kind] }),
  checks: [firing(limits.downFor + 30, alert, ...critical)],
})

/** Runs for a minute, is away for `pause`, over and over from `from` on. */
const crashing = (from: number, until: number, pause = 0): Span[] => {
  const runs: Span[] = [[0, from]]
  for (let at = from + pause; at < until; at += 60 + pause) runs.push([at, at + 60])
  return [...runs, [until, END]]
}

const RESTARTING = 'ProcessRestarting'
const { restarts } = limits
const START = 1_200
const loop = (kind: keyof typeof targets): Process => ({
  kind,
  runs: crashing(START, START + HOUR),
})

const restarting: readonly Scenario[] = [
  {
    title: `${RESTARTING} fires on a loop of a restart a minute, for each process apart`,
    lasts: START + HOUR + restarts.backingOff.window + 300,
    timelines: [...presence(loop('api')), ...presence({ kind: 'worker' })],
    checks: [
      // The third restart is seen at START + 120; from there it must hold.
      silent(START + 120 + restarts.for - 30, RESTARTING),
      firing(START + 120 + restarts.for + 30, RESTARTING, {
        env: 'stage',
        job: 'api-metrics',
        severity: 'warning',
      }),
      firing(START + HOUR, RESTARTING, { env: 'stage', job: 'api-metrics', severity: 'warning' }),
      silent(START + HOUR + restarts.backingOff.window, RESTARTING),
    ],
  },
  {
    title: `${RESTARTING} fires although every other scrape falls into a crash`,
    lasts: START + HOUR,
    timelines: presence({ kind: 'worker', runs: crashing(START, START + HOUR, 60) }),
    checks: [
      firing(START + HOUR, RESTARTING, {
        env: 'stage',
        job: 'worker-metrics',
        severity: 'warning',
      }),
    ],
  },
  {
    title: `${RESTARTING} stays silent when a deploy and its rollback restart both replicas in place`,
    lasts: 2 * HOUR,
    timelines: ['a', 'b'].flatMap((pod) =>
      presence({
        kind: 'api',
        pod,
        runs: [
          [0, START],
          [START + 30, START + 300],
          [START + 330, END],
        ],
      }),
    ),
    checks: [600, 900, 1_200].map((after) => silent(START + after, RESTARTING)),
  },
]

export const presenceBatteries: readonly Battery[] = [
  {
    name: 'ApiDown',
    alerts: ['ApiDown'],
    scenarios: [...down('api', 'ApiDown'), confused('api', 'ApiDown')],
  },
  {
    name: 'WorkerDown',
    alerts: ['WorkerDown'],
    scenarios: [...down('worker', 'WorkerDown'), confused('worker', 'WorkerDown')],
  },
  { name: RESTARTING, alerts: [RESTARTING], scenarios: restarting },
]

const FIRST = 900

/** Restarts at each of these moments. */
const lives = (...restarts: readonly number[]): Span[] =>
  [0, ...restarts].map((from, index): Span => [from, restarts[index] ?? END])

const minutely = lives(...Array.from({ length: 20 }, (_, index) => FIRST + index * 60))

/** Three restarts four minutes apart; they are within a quarter of an hour and not within half of it. */
const spread = lives(FIRST, FIRST + 240, FIRST + 480)

/** Six minutes apart, as when the kubelet waits for five: never more than three within a quarter of an hour. */
const slowly = lives(...Array.from({ length: 7 }, (_, index) => FIRST + index * 360))

export const restartingScenario = scenarioOf('ProcessRestarting', [
  {
    env: 'one-of-two-replicas-crashes-three-times',
    timelines: (process) => [
      ...presence(process()),
      ...presence(process({ pod: 'b', runs: spread })),
    ],
    fires: [FIRST + 480 + 330],
  },
  {
    env: 'three-restarts-in-twenty-minutes',
    timelines: (process) => presence(process({ runs: lives(FIRST, FIRST + 600, FIRST + 1_200) })),
    silent: [FIRST + 1_200 + 390],
  },
  ...(['api', 'worker'] as const).map((kind) => ({
    env: `one-of-two-replicas-of-the-${kind}-crashes-slowly`,
    timelines: (process: Make) => [
      ...presence(process({ kind })),
      ...presence(process({ kind, pod: 'b', runs: slowly })),
    ],
    fires: [FIRST + 6 * 360],
  })),
  {
    env: 'one-of-two-replicas-crashes',
    timelines: (process) => [
      ...presence(process()),
      ...presence(process({ pod: 'b', runs: minutely })),
    ],
    fires: [FIRST + 600],
  },
  {
    env: 'restarts-are-spread',
    timelines: (process) => presence(process({ runs: spread })),
    silent: [FIRST + 480 + 270],
    fires: [FIRST + 480 + 330],
  },
  {
    env: 'a-pod-is-replaced-every-five-minutes',
    timelines: (process) =>
      Array.from({ length: 12 }, (_, index) =>
        presence(
          process({
            pod: `worker-${index}`,
            discovered: false,
            runs: [[index * 300, (index + 1) * 300]],
          }),
        ),
      ).flat(),
    fires: [3_600],
  },
  {
    env: 'prometheus-itself-restarts',
    timelines: (process) =>
      presence(process({ runs: minutely })).map(({ labels, ...timeline }) => ({
        ...timeline,
        labels: { ...labels, job: 'k8s-prometheus' },
      })),
    silent: [FIRST + 600],
  },
])
