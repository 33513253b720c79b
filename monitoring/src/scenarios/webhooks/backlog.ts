import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, during, HOUR } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { exported, presence } from '../world.ts'
import { critical } from './labels.ts'

const BEGIN = 1_800

const BACKLOG = 'WebhookBacklog'
const { backlog } = limits
const oldest = (at: (second: number) => number | undefined, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.webhookOldestUnprocessed.name, { source: 'kick' }, at),
]
const stuck = (now: number) => (during(BEGIN, BEGIN + HOUR)(now) ? BEGIN : undefined)

const waiting: readonly Scenario[] = [
  {
    title: `${BACKLOG} fires when a stored delivery waits, and resolves when the inbox is empty`,
    lasts: BEGIN + HOUR + 600,
    timelines: oldest(stuck),
    checks: [
      silent(BEGIN + backlog.after, BACKLOG),
      silent(BEGIN + backlog.after + 30, BACKLOG),
      firing(BEGIN + backlog.after + backlog.for + 60, BACKLOG, critical),
      firing(BEGIN + HOUR - 30, BACKLOG, critical),
      silent(BEGIN + HOUR + 150, BACKLOG),
    ],
  },
  {
    title: `${BACKLOG} fires once for two replicas and goes on through two lost scrapes`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...oldest(stuck, { kind: 'api', pod: 'a', lost: [[BEGIN + 900, BEGIN + 960]] }),
      ...oldest(stuck, { kind: 'api', pod: 'b', lost: [[BEGIN + 900, BEGIN + 960]] }),
    ],
    checks: [900, 930, 960].map((after) => firing(BEGIN + after, BACKLOG, critical)),
  },
  {
    title: `${BACKLOG} takes the newest view when one replica is behind`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...oldest(() => 60, { kind: 'api', pod: 'a' }),
      ...oldest((now) => Math.max(30, now - 20), { kind: 'api', pod: 'b' }),
    ],
    quiet: true,
  },
]

/** Told to the rule alone. */
export const backlogBattery: Battery = { name: BACKLOG, alerts: [BACKLOG], scenarios: waiting }
