import { catalogue } from '@verifluence/api/catalogue'
import { limits } from '../../limits.ts'
import { API, HOUR, WORKER } from '../common.ts'
import { type Battery, firing, type Scenario, silent, type Timeline } from '../scenario.ts'
import { counting, exported, presence } from '../world.ts'

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

/** Told to the rule alone. */
export const silentBattery: Battery = { name: SILENT, alerts: [SILENT], scenarios: silence }
