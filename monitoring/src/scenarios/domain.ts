import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from './scenario.ts'
import { counting, exported, type Process, presence } from './world.ts'

const HOUR = 3_600
const BEGIN = 1_200
const API: Process = { kind: 'api' }
const STALE = 'DomainGaugesStale'
const { domainStale, waiting } = limits
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
    title: `${STALE} fires for every table when PostgreSQL is gone, and resolves after the mend`,
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

const oldest = (
  table: string,
  at: (second: number) => number | undefined,
  process = API,
): Timeline[] => [
  ...presence(process),
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

const DROPPED = 'SeriesDropped'
const METRIC = catalogue.httpRequests.name
const drops = (at: (second: number) => number | undefined, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.seriesDropped.name, { metric: METRIC }, at),
]
const overflow = { env: 'stage', service: 'api', metric: METRIC, severity: 'warning' }

const dropping: readonly Scenario[] = [
  {
    title: `${DROPPED} fires on a burst that happened between two scrapes`,
    lasts: BEGIN + HOUR,
    timelines: drops((now) => (now < BEGIN ? undefined : 400)),
    checks: [
      silent(BEGIN + 30, DROPPED),
      firing(BEGIN + 90, DROPPED, overflow),
      silent(BEGIN + 1_260, DROPPED),
    ],
  },
  {
    title: `${DROPPED} goes on while labels overflow, for each metric and process once`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...drops((now) => (now < BEGIN ? 7 : 7 + (now - BEGIN)), { kind: 'api', pod: 'a' }),
      ...drops((now) => (now < BEGIN ? 7 : 7 + (now - BEGIN)), { kind: 'api', pod: 'b' }),
    ],
    checks: [
      silent(BEGIN - 30, DROPPED),
      firing(BEGIN + 150, DROPPED, overflow),
      firing(BEGIN + HOUR - 30, DROPPED, overflow),
    ],
  },
  {
    title: `${DROPPED} does not take an old count for a new one after ten minutes without scrapes`,
    lasts: 2 * HOUR,
    timelines: drops(() => 7, { kind: 'api', lost: [[HOUR, HOUR + 600]] }),
    checks: [HOUR + 600, HOUR + 690, HOUR + 900].map((at) => silent(at, DROPPED)),
  },
]

export const domainBatteries: readonly Battery[] = [
  { name: STALE, alerts: [STALE], scenarios: refreshing },
  waits('OfferWaiting', 'offers'),
  waits('SubmissionWaiting', 'session_submissions'),
  { name: DROPPED, alerts: [DROPPED], scenarios: dropping },
]
