import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { cutOff, scenarioOf } from '../../rule-testing/environments.ts'
import {
  API,
  counting,
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

const BEGIN = 1_200

const STALE = 'DomainGaugesStale'
const { domainStale } = limits
const DUE = domainStale.after + domainStale.for

/** The domain tick: every table is read at each scrape, as far as `works` lets it. */
const ticking = (
  works: (second: number, table: string) => boolean,
  process: Process = API,
): Timeline[] => [
  ...presence(process),
  ...DOMAIN_TABLES.flatMap((table) => [
    counting(process, catalogue.domainRefresh.name, { table, result: 'ok' }, (at) =>
      works(at, table) ? 1 : 0,
    ),
    exported(process, catalogue.domainLastRefresh.name, { table }, (second) => {
      for (let at = second; at >= 30; at -= 30) if (works(at, table)) return at
      return undefined
    }),
  ]),
]
const broken = (from: number, until: number) => (second: number) => second < from || second >= until
const stale = (tables: readonly string[]) =>
  tables.map((table) => ({ env: 'stage', table, severity: 'critical' }))

const refreshing: readonly Scenario[] = [
  {
    title: `${STALE} fires for every table when PostgreSQL is gone, and resolves after recovery`,
    lasts: BEGIN + HOUR + 300,
    timelines: ticking(broken(BEGIN, BEGIN + HOUR)),
    checks: [
      silent(BEGIN + DUE - 60, STALE),
      firing(BEGIN + DUE + 30, STALE, ...stale(DOMAIN_TABLES)),
      firing(BEGIN + HOUR - 30, STALE, ...stale(DOMAIN_TABLES)),
      silent(BEGIN + HOUR + 30, STALE),
    ],
  },
  {
    title: `${STALE} fires for the one table whose query fails`,
    lasts: BEGIN + HOUR,
    timelines: ticking((now, table) => table !== 'deals' || now < BEGIN),
    checks: [firing(BEGIN + 600, STALE, ...stale(['deals']))],
  },
  {
    title: `${STALE} fires for an api that never could read a table since it started`,
    lasts: HOUR,
    timelines: ticking((_, table) => table !== 'offers'),
    checks: [silent(DUE - 60, STALE), firing(DUE + 60, STALE, ...stale(['offers']))],
  },
  {
    title: `${STALE} is content when one of two replicas reads`,
    lasts: HOUR,
    timelines: [
      ...ticking(broken(BEGIN, HOUR), { kind: 'api', pod: 'a' }),
      ...ticking(() => true, { kind: 'api', pod: 'b' }),
    ],
    quiet: true,
  },
  {
    title: `${STALE} leaves it to ApiDown when the api itself is gone`,
    lasts: BEGIN + HOUR,
    timelines: ticking(() => true, { kind: 'api', runs: [[0, BEGIN]] }),
    checks: [60, 120, 150, 180, 240, 600].map((after) => silent(BEGIN + after, STALE)),
  },
  {
    title: `${STALE} neither fires nor resolves because two scrapes are lost`,
    lasts: BEGIN + HOUR,
    timelines: ticking(broken(BEGIN, BEGIN + HOUR), {
      kind: 'api',
      lost: [
        [600, 660],
        [BEGIN + 600, BEGIN + 660],
      ],
    }),
    checks: [
      ...[600, 630, 660, 690].map((at) => silent(at, STALE)),
      ...[600, 630, 660].map((after) => firing(BEGIN + after, STALE, ...stale(DOMAIN_TABLES))),
    ],
  },
]

/** Given to its own rule only. */
export const refreshBattery: Battery = { name: STALE, alerts: [STALE], scenarios: refreshing }

const { waiting } = limits

const oldest = (
  table: string,
  at: (second: number) => number | undefined,
  process = API,
): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.domainLastRefresh.name, { table }, (now) => now),
  exported(process, catalogue.domainOldestPending.name, { table }, at),
]

const waits = (alert: string, table: keyof typeof waiting): Battery => {
  const limit = waiting[table]
  const since = 60
  const due = since + limit
  const answered = due + 900
  const label = { env: 'stage', table, severity: 'warning' }
  const other = table === 'offers' ? 'session_submissions' : 'offers'
  return {
    name: alert,
    alerts: [alert],
    scenarios: [
      {
        title: `${alert} fires when the oldest has waited beyond the limit, and resolves when answered`,
        lasts: answered + 300,
        timelines: [
          ...oldest(table, (now) => (now < answered ? since : undefined), {
            kind: 'api',
            pod: 'a',
          }),
          ...oldest(table, (now) => (now < answered ? since : undefined), {
            kind: 'api',
            pod: 'b',
            lost: [[due + 300, due + 360]],
          }),
          // What waits in the other table has a limit of its own.
          exported(API, catalogue.domainOldestPending.name, { table: other }, () => 1),
        ],
        checks: [
          silent(due, alert),
          silent(due + 60, alert),
          firing(due + 120, alert, label),
          firing(due + 330, alert, label),
          silent(answered + 150, alert),
        ],
      },
      {
        title: `${alert} says nothing when nothing waits`,
        lasts: HOUR,
        timelines: presence(API),
        quiet: true,
      },
    ],
  }
}

export const waitingBatteries: readonly Battery[] = [
  waits('OfferWaiting', 'offers'),
  waits('SubmissionWaiting', 'session_submissions'),
]

const AT = 1_800
const START = 600
const END = Number.POSITIVE_INFINITY
const lateBorn: readonly Span[] = [[START, END]]

const refreshed = (process: Process, at: (second: number) => number | undefined) =>
  exported(process, catalogue.domainLastRefresh.name, { table: 'offers' }, at)
const failed = (process: Process, perScrape = 1) =>
  counting(
    process,
    catalogue.domainRefresh.name,
    { table: 'offers', result: 'error' },
    () => perScrape,
  )

/** An api that has never read a table since it came up. */
const neverRead = (process: Process, perScrape = 1): Timeline[] => [
  ...presence(process),
  failed(process, perScrape),
]

const staleScenario = scenarioOf('DomainGaugesStale', [
  {
    env: 'stands-still-from-a-moment-on',
    timelines: (process) => [refreshed(process({ kind: 'api' }), (now) => Math.min(now, AT))],
    silent: [AT + 180],
    fires: [AT + 210],
  },
  {
    env: 'read-at-zero',
    timelines: (process) => [
      ...neverRead(process({ kind: 'api', runs: lateBorn })),
      refreshed(process({ kind: 'api', runs: lateBorn }), () => 0),
    ],
    silent: [START + 150],
    fires: [START + 240],
  },
  {
    env: 'never-read-for-all-its-tries',
    timelines: (process) => neverRead(process({ kind: 'api' }), 1_000),
    silent: [120],
    fires: [300, AT],
  },
  {
    env: 'one-replica-is-young',
    timelines: (process) => [
      ...neverRead(process({ kind: 'api' })),
      ...neverRead(process({ kind: 'api', pod: 'b', runs: lateBorn })),
    ],
    silent: [START + 150],
    fires: [START + 240],
  },
  {
    env: 'the-worker-is-younger',
    timelines: (process) => [
      ...neverRead(process({ kind: 'api' })),
      ...presence(process({ runs: lateBorn })),
    ],
    fires: [START + 90],
  },
  {
    env: 'the-count-of-tries-vanishes',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      failed(process({ kind: 'api', ...cutOff(AT) })),
    ],
    fires: [AT + 60],
    silent: [AT + 150],
  },
  {
    env: 'the-start-vanishes',
    timelines: (process) => [
      ...presence(process({ kind: 'api', ...cutOff(AT) })),
      failed(process({ kind: 'api' })),
    ],
    fires: [AT + 60, AT + 150],
  },
])

const waitsEverywhere = (alert: string, table: keyof typeof limits.waiting): Battery => {
  const limit = limits.waiting[table]
  const since = (process: Process, at: number, readUntil = Number.POSITIVE_INFINITY) => [
    exported(process, catalogue.domainLastRefresh.name, { table }, (now) =>
      Math.min(now, readUntil),
    ),
    exported(process, catalogue.domainOldestPending.name, { table }, () => at),
  ]
  return scenarioOf(alert, [
    {
      env: 'one-replica-has-not-counted-yet',
      timelines: (process) => [
        ...since(process({ kind: 'api' }), 1),
        ...since(process({ kind: 'api', pod: 'b' }), 3_600),
      ],
      silent: [limit + 1_800],
    },
    {
      env: 'waits-and-is-cut-off',
      timelines: (process) => since(process({ kind: 'api', ...cutOff(limit + 600) }), 1),
      fires: [limit + 300, limit + 660, limit + 1_500],
    },
    {
      env: 'the-table-cannot-be-read-any-more',
      timelines: (process) => since(process({ kind: 'api' }), 1, limit + 600),
      fires: [limit + 300, limit + 1_500],
    },
    {
      env: 'answered-and-one-replica-is-stuck',
      timelines: (process) => [
        ...since(process({ kind: 'api' }), 1, 600),
        ...since(process({ kind: 'api', pod: 'b' }), limit),
      ],
      silent: [limit + 300],
    },
  ])
}

export const domainScenarios: readonly Battery[] = [
  staleScenario,
  waitsEverywhere('OfferWaiting', 'offers'),
  waitsEverywhere('SubmissionWaiting', 'session_submissions'),
]
