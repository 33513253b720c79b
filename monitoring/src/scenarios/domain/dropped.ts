import { catalogue } from '@verifluence/api/catalogue'
import { API, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { exported, presence } from '../world.ts'

const BEGIN = 1_200

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

/** Told to the rule alone. */
export const droppedBattery: Battery = { name: DROPPED, alerts: [DROPPED], scenarios: dropping }
