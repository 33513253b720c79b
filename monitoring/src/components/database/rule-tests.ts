import { catalogue } from '@verifluence/api/catalogue'
import { cutOff, scenarioOf } from '../../rule-testing/environments.ts'
import { exported, type Process } from '../../rule-testing/platform.ts'
import type { Battery, Timeline } from '../../rule-testing/scenario.ts'
import { limits } from './alerts.ts'

const AT = 1_800
const after = (before: number, then: number) => (second: number) => (second < AT ? before : then)

const limit = (process: Process) =>
  exported(process, catalogue.postgresConnectionsLimit.name, {}, () => 100)

interface Sample {
  readonly alert: string
  /** The gauge at this many units from `AT` on, in a process. */
  readonly timelines: (process: Process, units: number) => Timeline[]
  readonly quiet: number
  readonly bad: number
  /** Below the threshold and above the one at which it ends. */
  readonly between?: number
  readonly wait: number
}

const gaugeOf =
  (name: string, labels = {}) =>
  (process: Process, units: number) => [
    limit(process),
    exported(process, name, labels, after(0, units)),
  ]

const samples: readonly Sample[] = [
  {
    alert: 'PostgresConnectionsHigh',
    timelines: (process, units) => [
      limit(process),
      exported(process, catalogue.postgresConnections.name, { state: 'active' }, () => 10),
      exported(
        process,
        catalogue.postgresConnections.name,
        { state: 'idle' },
        after(0, units - 10),
      ),
    ],
    quiet: 80,
    bad: 90,
    between: 75,
    wait: limits.connections.for,
  },
  {
    alert: 'PostgresLocksWaiting',
    timelines: gaugeOf(catalogue.postgresLockWaiters.name),
    quiet: 4,
    bad: 8,
    between: 3,
    wait: limits.lockWaiters.for,
  },
  {
    alert: 'PostgresBloat',
    timelines: gaugeOf(catalogue.postgresDeadTupleRatio.name),
    quiet: 0.4,
    bad: 0.6,
    between: 0.4,
    wait: limits.deadTuples.for,
  },
]

const gaugeBattery = ({ alert, timelines, quiet, bad, between, wait }: Sample): Battery => {
  const due = AT + wait + 60
  return scenarioOf(alert, [
    {
      env: 'below-the-threshold',
      timelines: (process) => timelines(process({ kind: 'api' }), quiet),
      silent: [due + 300],
    },
    {
      env: 'above-in-two-replicas',
      timelines: (process) =>
        ['a', 'b'].flatMap((pod) => timelines(process({ kind: 'api', pod }), bad)),
      silent: [due - 90],
      fires: [due],
    },
    {
      env: 'cannot-be-read-any-more',
      timelines: (process) => timelines(process({ kind: 'api', ...cutOff(due + 60) }), bad),
      fires: [due, due + 600],
    },
    {
      env: 'hovers-below-the-threshold',
      timelines: (process) =>
        timelines(process({ kind: 'api' }), bad).map((timeline) => ({
          ...timeline,
          at: (second: number) =>
            second > due + 60
              ? timelines(process({ kind: 'api' }), between ?? bad)
                  .find(
                    ({ name, labels }) =>
                      name === timeline.name && labels.state === timeline.labels.state,
                  )
                  ?.at(second)
              : timeline.at(second),
        })),
      fires: [due, due + 600],
    },
  ])
}

export const databaseBatteries: readonly Battery[] = [
  ...samples.map(gaugeBattery),
  scenarioOf('PostgresTransactionLong', [
    {
      env: 'open-for-long',
      timelines: (process) => [
        limit(process({ kind: 'api' })),
        exported(process({ kind: 'api' }), catalogue.postgresOldestTransaction.name, {}, (now) =>
          now < 4_000 ? 600 : undefined,
        ),
      ],
      silent: [600 + limits.transaction.after + 30, 4_300],
      fires: [600 + limits.transaction.after + 120, 4_000],
    },
    {
      env: 'one-after-the-other',
      timelines: (process) => [
        limit(process({ kind: 'api' })),
        exported(process({ kind: 'api' }), catalogue.postgresOldestTransaction.name, {}, (now) =>
          Math.max(1, now - 900),
        ),
      ],
      silent: [4_000],
    },
  ]),
]
