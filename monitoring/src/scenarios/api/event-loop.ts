import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { exported, type Process, presence } from '../world.ts'

const BEGIN = HOUR
const warning = { env: 'stage', severity: 'warning' }

const BLOCKED = 'EventLoopBlocked'
const { eventLoop } = limits
const lag = (at: (second: number) => number, process: Process): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.eventLoopLagMax.name, {}, at),
]
const blocked = (now: number) =>
  during(BEGIN, BEGIN + HOUR)(now) ? eventLoop.blockedFor * 1.2 : 0.02

const blocking: readonly Scenario[] = [
  {
    title: `${BLOCKED} fires when one replica is blocked over and over, also through lost scrapes`,
    lasts: BEGIN + HOUR + 300,
    timelines: [
      ...lag(() => 0.01, { kind: 'api', pod: 'a' }),
      ...lag(blocked, { kind: 'api', pod: 'b', lost: [[BEGIN + 150, BEGIN + 210]] }),
      ...lag(() => eventLoop.blockedFor * 0.9, { kind: 'worker' }),
    ],
    checks: [
      silent(BEGIN + eventLoop.for - 30, BLOCKED),
      firing(BEGIN + eventLoop.for + 30, BLOCKED, { ...warning, service: 'api' }),
      firing(BEGIN + HOUR - 30, BLOCKED, { ...warning, service: 'api' }),
      silent(BEGIN + HOUR + 30, BLOCKED),
    ],
  },
  {
    title: `${BLOCKED} lets the start of a process pass`,
    lasts: HOUR,
    timelines: lag((now) => (now < 90 ? 2 : 0.01), API),
    quiet: true,
  },
]

/** Told to the rule alone. */
export const eventLoopBattery: Battery = { name: BLOCKED, alerts: [BLOCKED], scenarios: blocking }
