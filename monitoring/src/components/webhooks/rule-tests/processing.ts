import { catalogue } from '@verifluence/api/catalogue'
import { cutOff, scenarioOf } from '../../../rule-testing/environments.ts'
import { latencies } from '../../../rule-testing/latencies.ts'
import {
  API,
  counting,
  during,
  exported,
  HOUR,
  type Process,
  presence,
} from '../../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { limits } from '../alerts.ts'

const KICK = { env: 'stage', source: 'kick' }
export const warning = { ...KICK, severity: 'warning' }
const critical = { ...KICK, severity: 'critical' }

const BEGIN = 1_800

const BACKLOG = 'WebhookBacklog'
const { backlog } = limits
const oldest = (at: (second: number) => number | undefined, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.webhookBacklog.name, { source: 'kick' }, (second) =>
    at(second) === undefined ? 0 : 1,
  ),
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

/** Given to its own rule only. */
export const backlogBattery: Battery = { name: BACKLOG, alerts: [BACKLOG], scenarios: waiting }

const FAILING = 'WebhookProcessingFailing'
const { processing } = limits
const attempts = (perScrape: (second: number) => number): Timeline[] => [
  ...presence(API),
  exported(API, catalogue.webhookParked.name, { source: 'kick' }, () => 0),
  ...(['ok', 'ignored'] as const).map((result) =>
    counting(
      API,
      catalogue.webhookProcessed.name,
      { source: 'kick', event_type: 'other', result },
      () => 9,
    ),
  ),
  counting(
    API,
    catalogue.webhookProcessed.name,
    { source: 'kick', event_type: 'kicks.gifted', result: 'error' },
    perScrape,
  ),
]
const parked = (at: (second: number) => number, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.webhookParked.name, { source: 'kick' }, at),
]

const failing: readonly Scenario[] = [
  {
    title: `${FAILING} fires for parked deliveries until they are sent through again`,
    lasts: BEGIN + HOUR + 600,
    timelines: parked((now) => (during(BEGIN, BEGIN + HOUR)(now) ? 2 : 0)),
    checks: [
      silent(BEGIN + 30, FAILING),
      firing(BEGIN + processing.for + 30, FAILING, warning),
      firing(BEGIN + HOUR - 30, FAILING, warning),
      silent(BEGIN + HOUR + 30, FAILING),
    ],
  },
  {
    title: `${FAILING} fires once for two replicas, also while two scrapes are lost`,
    lasts: HOUR,
    timelines: [
      ...parked(() => 1, { kind: 'api', pod: 'a', lost: [[900, 960]] }),
      ...parked(() => 1, { kind: 'api', pod: 'b', lost: [[900, 960]] }),
    ],
    checks: [870, 900, 930, 960].map((at) => firing(at, FAILING, warning)),
  },
  {
    title: `${FAILING} fires on events that fail again and again, before they are given up`,
    lasts: BEGIN + HOUR,
    timelines: attempts((now) => (during(BEGIN, BEGIN + 1_200)(now) ? 1 : 0)),
    checks: [
      silent(BEGIN + 120, FAILING),
      firing(BEGIN + 360, FAILING, warning),
      silent(BEGIN + 1_200 + processing.window, FAILING),
    ],
  },
  {
    title: `${FAILING} lets a few failures pass that a retry fixes`,
    lasts: BEGIN + HOUR,
    timelines: attempts((now) => (during(BEGIN, BEGIN + 150)(now) ? 1 : 0)),
    quiet: true,
  },
]

/** Given to its own rule only. */
export const processingBattery: Battery = { name: FAILING, alerts: [FAILING], scenarios: failing }

const SLOW = 'WebhookAckSlow'
const { acknowledge } = limits

/** Deliveries a scrape, `slow` of them in the bucket above the limit. */
const answers = (
  result: string,
  fast: (second: number) => number,
  slow: (second: number) => number,
  process = API,
): Timeline[] => [
  ...presence(process),
  ...catalogue.webhookReceiveDuration.buckets.map((edge) =>
    counting(
      process,
      `${catalogue.webhookReceiveDuration.name}_bucket`,
      { source: 'kick', result, le: String(edge) },
      (at) => (edge >= 0.01 ? fast(at) : 0) + (edge >= acknowledge.slowerThan + 0.2 ? slow(at) : 0),
    ),
  ),
  counting(
    process,
    `${catalogue.webhookReceiveDuration.name}_bucket`,
    { source: 'kick', result, le: '+Inf' },
    (at) => fast(at) + slow(at),
  ),
]
const always = (many: number) => () => many
const slowly = (many: number) => (now: number) => (during(BEGIN, BEGIN + HOUR)(now) ? many : 0)

const acknowledging: readonly Scenario[] = [
  {
    title: `${SLOW} fires when one acknowledgement in twenty is slow, and resolves`,
    lasts: BEGIN + HOUR + 900,
    timelines: answers('ok', always(19), slowly(1)),
    checks: [
      silent(BEGIN + acknowledge.for, SLOW),
      firing(BEGIN + acknowledge.for + 90, SLOW, warning),
      firing(BEGIN + HOUR - 30, SLOW, warning),
      silent(BEGIN + HOUR + acknowledge.window + 30, SLOW),
    ],
  },
  {
    title: `${SLOW} lets one slow acknowledgement in two hundred pass`,
    lasts: BEGIN + HOUR,
    timelines: answers('ok', always(199), slowly(1)),
    quiet: true,
  },
  {
    title: `${SLOW} lets a single slow one pass, although nothing else arrives`,
    lasts: BEGIN + HOUR,
    timelines: answers('ok', always(0), (now) => (now === BEGIN ? 1 : 0)),
    quiet: true,
  },
  {
    title: `${SLOW} counts the replicas together: one that is slow is not hidden, nor reported twice`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...answers('ok', always(10), always(0), { kind: 'api', pod: 'a' }),
      ...answers('ok', always(10), slowly(1), { kind: 'api', pod: 'b' }),
    ],
    checks: [firing(BEGIN + 900, SLOW, warning)],
  },
  {
    title: `${SLOW} also sees the slow ones that could not be stored, but not slow refusals`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...answers('error', always(1), slowly(1)),
      ...answers('invalid_signature', always(1), slowly(1), { kind: 'api', env: 'production' }),
    ],
    checks: [firing(BEGIN + 900, SLOW, warning)],
  },
]

/** Given to its own rule only. */
export const acknowledgeBattery: Battery = { name: SLOW, alerts: [SLOW], scenarios: acknowledging }

const AT = 1_800
const source = { source: 'kick' }

const backlogScenario = scenarioOf('WebhookBacklog', [
  {
    env: 'one-delivery-lies-there',
    timelines: (process) => [
      exported(process({ kind: 'api' }), catalogue.webhookOldestUnprocessed.name, source, (now) =>
        now < AT ? undefined : AT,
      ),
    ],
    silent: [AT + 360],
    fires: [AT + 390],
  },
  {
    env: 'the-inbox-cannot-be-read-any-more',
    timelines: (process) =>
      oldest(() => 60, process({ kind: 'api' })).map((timeline) =>
        timeline.name.startsWith('vf_webhook')
          ? { ...timeline, at: (second: number) => (second < AT ? timeline.at(second) : undefined) }
          : timeline,
      ),
    fires: [AT, AT + 600],
  },
])

const parkedIn = (process: Process, at: (second: number) => number) =>
  exported(process, catalogue.webhookParked.name, source, at)
const errors = (process: Process, perScrape: (second: number) => number) =>
  counting(
    process,
    catalogue.webhookProcessed.name,
    { ...source, event_type: 'other', result: 'error' },
    perScrape,
  )

const processingScenario = scenarioOf('WebhookProcessingFailing', [
  {
    env: 'one-replica-has-counted-already',
    timelines: (process) => [
      parkedIn(process({ kind: 'api' }), () => 0),
      parkedIn(process({ kind: 'api', pod: 'b' }), () => 1),
    ],
    fires: [AT],
  },
  {
    env: 'parked-and-cut-off',
    timelines: (process) => [parkedIn(process({ kind: 'api', ...cutOff(AT) }), () => 1)],
    fires: [AT + 60, AT + 150],
  },
  {
    env: 'two-replicas-share-the-failures',
    timelines: (process) =>
      ['a', 'b'].map((pod) =>
        errors(process({ kind: 'api', pod }), (now) => (now >= AT && now % 150 === 0 ? 1 : 0)),
      ),
    fires: [AT + 900],
  },
])

const slowScenario = latencies('WebhookAckSlow', {
  definition: catalogue.webhookReceiveDuration,
  labels: { ...source, result: 'ok' },
  others: { ...source, result: 'duplicate' },
  bearable: 0.4,
  slow: 0.8,
})

export const webhookScenarios: readonly Battery[] = [
  backlogScenario,
  processingScenario,
  slowScenario,
]
