import { catalogue, DOMAIN_TABLES } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { counting, exported, type Process, presence } from '../world.ts'

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

/** Told to the rule alone. */
export const refreshBattery: Battery = { name: STALE, alerts: [STALE], scenarios: refreshing }
