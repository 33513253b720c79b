import { catalogue } from '@verifluence/api/catalogue'
import { cutOff, scenarioOf } from '../../../rule-testing/environments.ts'
import {
  API,
  counting,
  exported,
  HOUR,
  type Process,
  presence,
  type Span,
  WORKER,
} from '../../../rule-testing/platform.ts'
import {
  type Battery,
  firing,
  type Scenario,
  silent,
  type Timeline,
} from '../../../rule-testing/scenario.ts'
import { limits } from '../alerts.ts'

const BEGIN = 1_800

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
    title: `${SILENT} stays inactive on a quiet night: nothing arrives and no stream is live`,
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

/** Given to its own rule only. */
export const silentBattery: Battery = { name: SILENT, alerts: [SILENT], scenarios: silence }

const source = { source: 'kick' }
const spanFrom = (begin: number, until = Number.POSITIVE_INFINITY): Span => [begin, until]

const lastReceived = (process: Process, at: (second: number) => number | undefined, by = source) =>
  exported(process, catalogue.webhookLastReceived.name, by, at)

const minutely = (second: number) => (second % 60 === 0 ? 1 : 0)

const runs = (process: Process, job: string, result: string, perScrape = minutely) =>
  counting(process, catalogue.pollRuns.name, { job, result }, perScrape)

/** A worker whose viewer-poll works and sees streams. */
const polling = (process: Process, live = 1): Timeline[] => [
  exported(process, catalogue.liveStreams.name, {}, () => live),
  runs(process, 'viewer-poll', 'ok'),
]

/** Long before the scenario begins: silence alerts after 25 minutes. */
const LONG_AGO = 1
const SILENT_AT = 1_560
const LATER = SILENT_AT + 600

export const silentScenario = scenarioOf('WebhooksSilent', [
  {
    env: 'another-source-delivers',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      lastReceived(process({ kind: 'api' }), (now) => now, { source: 'twitch' }),
      ...polling(process()),
    ],
    silent: [SILENT_AT - 90],
    fires: [SILENT_AT + 60],
  },
  {
    env: 'the-api-is-cut-off',
    timelines: (process) => [
      lastReceived(process({ kind: 'api', ...cutOff(LATER) }), () => LONG_AGO),
      ...polling(process()),
    ],
    fires: [LATER + 210, LATER + 360],
  },
  {
    env: 'received-at-zero',
    timelines: (process) => [
      ...presence(process({ kind: 'api', runs: [spanFrom(600)] })),
      lastReceived(process({ kind: 'api' }), () => 0),
      ...polling(process()),
    ],
    silent: [1_800, 600 + 1_440],
    fires: [600 + 1_620],
  },
  {
    env: 'one-replica-of-the-api-is-young',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      ...presence(process({ kind: 'api', pod: 'b', runs: [spanFrom(600)] })),
      ...polling(process()),
    ],
    silent: [1_800],
    fires: [600 + 1_620],
  },
  {
    env: 'the-worker-is-younger-than-the-api',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      ...presence(process({ runs: [spanFrom(600)] })),
      ...polling(process()),
    ],
    fires: [1_650, 1_800],
  },
  {
    env: 'nothing-ever-received-and-cut-off',
    timelines: (process) => [
      ...presence(process({ kind: 'api', ...cutOff(LATER) })),
      ...polling(process()),
    ],
    fires: [LATER + 60],
    silent: [LATER + 150],
  },
  {
    env: 'a-quiet-night',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      ...polling(process(), 0),
    ],
    silent: [SILENT_AT + 300, LATER],
  },
  {
    env: 'replicas-of-the-worker-disagree',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      ...polling(process({ pod: 'a' }), 3),
      ...polling(process({ pod: 'b' }), 0),
    ],
    fires: [SILENT_AT + 60],
  },
  {
    env: 'scrapes-of-the-worker-are-lost',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      ...polling(process(cutOff(LATER, 240))),
    ],
    fires: [LATER + 180],
  },
  {
    env: 'the-number-of-streams-vanishes',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(cutOff(LATER)), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok'),
    ],
    fires: [LATER, LATER + 540],
    silent: [LATER + 660],
  },
  {
    env: 'no-calls-to-kick-any-more',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok', (second) => (second < LATER ? minutely(second) : 0)),
    ],
    fires: [LATER, LATER + 480],
    silent: [LATER + 660],
  },
  {
    env: 'the-only-stream-starts-over-and-over',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, (now) => (now % 600 === 0 ? 0 : 1)),
      runs(process(), 'viewer-poll', 'ok'),
    ],
    fires: [SILENT_AT + 60, LATER],
  },
  {
    env: 'asking-kick-mostly-fails',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok', (second) => (second % 420 === 0 ? 1 : 0)),
    ],
    fires: [SILENT_AT + 60, LATER],
  },
  {
    env: 'asking-kick-fails',
    timelines: (process) => [
      lastReceived(process({ kind: 'api' }), () => LONG_AGO),
      exported(process(), catalogue.liveStreams.name, {}, () => 1),
      runs(process(), 'viewer-poll', 'ok', () => 0),
      runs(process(), 'viewer-poll', 'error'),
      runs(process(), 'chat-export', 'ok'),
    ],
    silent: [SILENT_AT + 300, LATER],
  },
])
