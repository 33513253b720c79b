import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../limits.ts'
import { type Battery, firing, SCRAPE, type Scenario, silent, type Timeline } from './scenario.ts'
import { counting, exported, type Process, presence } from './world.ts'

const HOUR = 3_600
const BEGIN = 1_800
const API: Process = { kind: 'api' }
const WORKER: Process = { kind: 'worker' }
const KICK = { env: 'stage', source: 'kick' }
const warning = { ...KICK, severity: 'warning' }
const critical = { ...KICK, severity: 'critical' }

const during = (from: number, until: number) => (second: number) => second >= from && second < until

const received = (result: string, perScrape: (second: number) => number, process = API): Timeline =>
  counting(
    process,
    catalogue.webhookReceived.name,
    { source: 'kick', event_type: 'chat.message.sent', result },
    perScrape,
  )

const REJECTED = 'WebhookRejected'
/** One every `pause` scrapes while it lasts. */
const stray =
  (pause: number, from = BEGIN, until = BEGIN + HOUR) =>
  (second: number) =>
    during(from, until)(second) && second % (pause * SCRAPE) === 0 ? 1 : 0

const rejected: readonly Scenario[] = [
  ...['invalid_signature', 'stale_timestamp', 'missing_headers'].map(
    (result): Scenario => ({
      title: `${REJECTED} fires on deliveries with ${result} and resolves when they end`,
      lasts: BEGIN + HOUR + 900,
      timelines: [...presence(API), received('ok', () => 5), received(result, stray(1))],
      checks: [
        silent(BEGIN + 30, REJECTED),
        silent(BEGIN + 90, REJECTED),
        firing(BEGIN + 210, REJECTED, warning),
        firing(BEGIN + HOUR, REJECTED, warning),
        silent(BEGIN + HOUR + limits.rejected.window + 30, REJECTED),
      ],
    }),
  ),
  ...['duplicate', 'bad_method', 'ok'].map(
    (result): Scenario => ({
      title: `${REJECTED} is not about ${result}, however many there are`,
      lasts: HOUR,
      timelines: [...presence(API), received(result, () => 50)],
      checks: [900, HOUR].map((at) => silent(at, REJECTED)),
    }),
  ),
  {
    title: `${REJECTED} lets two stray deliveries in five minutes pass`,
    lasts: BEGIN + HOUR,
    timelines: [...presence(API), received('invalid_signature', stray(5))],
    checks: [600, 1_200, 3_000].map((after) => silent(BEGIN + after, REJECTED)),
  },
  {
    title: `${REJECTED} adds up what two replicas refuse, and survives the restart of one`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...presence({ kind: 'api', pod: 'a' }),
      ...presence({ kind: 'api', pod: 'b' }),
      received('invalid_signature', stray(4), { kind: 'api', pod: 'a' }),
      received('invalid_signature', stray(4), {
        kind: 'api',
        pod: 'b',
        runs: [
          [0, BEGIN + 1_500],
          [BEGIN + 1_530, BEGIN + 9_999],
        ],
      }),
    ],
    checks: [600, 1_200, 3_000].map((after) => firing(BEGIN + after, REJECTED, warning)),
  },
]

const SILENT = 'WebhooksSilent'
const { webhookSilence } = limits
const DUE = webhookSilence.after + webhookSilence.for

/** What the worker says of live streams, and that it is the one who asked. */
const watching = (count: (second: number) => number, process = WORKER): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.liveStreams.name, {}, count),
  counting(process, catalogue.pollRuns.name, { job: 'viewer-poll', result: 'ok' }, (at) =>
    at % 60 === 0 ? 1 : 0,
  ),
]

const last = (at: (second: number) => number | undefined, process = API): Timeline[] => [
  ...presence(process),
  exported(process, catalogue.webhookLastReceived.name, { source: 'kick' }, at),
]
const until = (stop: number) => (second: number) => Math.max(30, Math.min(second, stop))

const silence: readonly Scenario[] = [
  {
    title: `${SILENT} fires when webhooks stop while streams are live, and resolves with the next one`,
    lasts: BEGIN + 2 * HOUR,
    timelines: [
      ...watching(() => 3),
      ...last((now) => (now < BEGIN + HOUR ? until(BEGIN)(now) : now)),
    ],
    checks: [
      silent(BEGIN + DUE - 60, SILENT),
      firing(BEGIN + DUE + 60, SILENT, { env: 'stage', severity: 'critical' }),
      firing(BEGIN + HOUR - 30, SILENT, { env: 'stage', severity: 'critical' }),
      silent(BEGIN + HOUR + 60, SILENT),
    ],
  },
  {
    title: `${SILENT} knows a quiet night: nothing arrives and nobody streams`,
    lasts: 8 * HOUR,
    timelines: [...watching(() => 0), ...last(until(BEGIN))],
    quiet: true,
  },
  {
    title: `${SILENT} does not fire when a stream begins after a night and its webhook arrives`,
    lasts: 6 * HOUR,
    timelines: [
      ...watching((now) => (now < 4 * HOUR ? 0 : 1)),
      ...last((now) => (now < 4 * HOUR ? 60 : now - (now % 600))),
    ],
    quiet: true,
  },
  {
    title: `${SILENT} ignores what a replica that stands by remembers of an old evening`,
    lasts: 4 * HOUR,
    timelines: [
      ...watching(() => 0, { kind: 'worker', pod: 'a' }),
      ...presence({ kind: 'worker', pod: 'b' }),
      exported({ kind: 'worker', pod: 'b' }, catalogue.liveStreams.name, {}, () => 7),
      counting(
        { kind: 'worker', pod: 'b' },
        catalogue.pollRuns.name,
        { job: 'viewer-poll', result: 'ok' },
        () => 0,
      ),
      ...last(until(BEGIN)),
    ],
    checks: [2 * HOUR, 4 * HOUR].map((at) => silent(at, SILENT)),
  },
  {
    title: `${SILENT} counts from the start of an api that has not seen any webhook yet`,
    lasts: HOUR,
    timelines: [...watching(() => 2), ...presence(API)],
    checks: [
      silent(DUE - 60, SILENT),
      firing(DUE + 90, SILENT, { env: 'stage', severity: 'critical' }),
    ],
  },
  {
    title: `${SILENT} trusts the replica that received last`,
    lasts: 2 * HOUR,
    timelines: [
      ...watching(() => 2),
      ...last(until(600), { kind: 'api', pod: 'a' }),
      ...last((now) => Math.max(30, now), { kind: 'api', pod: 'b' }),
    ],
    quiet: true,
  },
  {
    title: `${SILENT} goes on through two lost scrapes of either process`,
    lasts: BEGIN + HOUR,
    timelines: [
      ...watching(() => 3, { kind: 'worker', lost: [[BEGIN + 1_200, BEGIN + 1_260]] }),
      ...last(until(BEGIN), { kind: 'api', lost: [[BEGIN + 1_350, BEGIN + 1_410]] }),
    ],
    checks: [firing(BEGIN + DUE + 60, SILENT, { env: 'stage', severity: 'critical' })],
  },
]

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

const FAILING = 'WebhookProcessingFailing'
const { processing } = limits
const attempts = (perScrape: (second: number) => number): Timeline[] => [
  ...presence(API),
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
    title: `${FAILING} lets a few failures pass that a retry mends`,
    lasts: BEGIN + HOUR,
    timelines: attempts((now) => (during(BEGIN, BEGIN + 150)(now) ? 1 : 0)),
    quiet: true,
  },
]

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
    title: `${SLOW} counts the replicas together: one that is slow is not hidden, nor told twice`,
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

export const webhookBatteries: readonly Battery[] = [
  { name: REJECTED, alerts: [REJECTED], scenarios: rejected },
  { name: SILENT, alerts: [SILENT], scenarios: silence },
  { name: BACKLOG, alerts: [BACKLOG], scenarios: waiting },
  { name: FAILING, alerts: [FAILING], scenarios: failing },
  { name: SLOW, alerts: [SLOW], scenarios: acknowledging },
]
