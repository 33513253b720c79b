import { limits } from '../limits.ts'
import { environments, type targets } from '../places.ts'
import { type Battery, firing, type Scenario, silent } from './scenario.ts'
import { type Process, presence, type Span } from './world.ts'

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
