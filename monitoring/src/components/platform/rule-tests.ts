import { catalogue } from '@verifluence/api/catalogue'
import { scenarioOf } from '../../rule-testing/environments.ts'
import {
  counting,
  exported,
  type Process,
  presence,
  type Span,
} from '../../rule-testing/platform.ts'
import type { Battery, Timeline } from '../../rule-testing/scenario.ts'
import { limits } from './alerts.ts'

const MINUTE = 60
const AT = 1_800

const counter = (process: Process, name: string, until = Number.POSITIVE_INFINITY): Timeline => {
  const timeline = counting(process, name, {}, () => 1)
  return { ...timeline, at: (second) => (second < until ? timeline.at(second) : undefined) }
}

const absent = scenarioOf('RequestMetricsAbsent', [
  {
    env: 'requests-vanish',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      counter(process({ kind: 'api' }), catalogue.httpRequests.name, AT),
      counter(process({ kind: 'api' }), catalogue.webhookReceived.name),
    ],
    silent: [AT + 300],
    fires: [AT + 600],
  },
  {
    env: 'webhooks-were-never-there',
    timelines: (process) => [
      ...presence(process({ kind: 'api' })),
      counter(process({ kind: 'api' }), catalogue.httpRequests.name),
    ],
    silent: [limits.metricsAbsent.after + 240],
    fires: [limits.metricsAbsent.after + 400],
  },
  {
    env: 'a-fresh-api',
    timelines: (process) => [...presence(process({ kind: 'api', runs: [[AT, AT + 600]] }))],
    silent: [AT + 570],
  },
])

const probed = (env: string, name: string, at: (second: number) => number): Timeline => ({
  name,
  labels: { env, job: 'public-address', instance: `https://${env}` },
  at,
})

const address = scenarioOf('PublicAddressDown', [
  {
    env: 'no-answer-from-outside',
    timelines: (process) => [
      probed(process().env ?? '', 'probe_success', (now) => (now < AT || now > 3_000 ? 1 : 0)),
    ],
    silent: [AT + 150, 3_300],
    fires: [AT + 270, 3_000],
  },
  {
    env: 'one-probe-is-lost',
    timelines: (process) => [
      probed(process().env ?? '', 'probe_success', (now) => (now === AT ? 0 : 1)),
    ],
    silent: [AT + 60, AT + 240],
  },
])

const DAY = 86_400
const certificate = scenarioOf('PublicCertificateExpiring', [
  {
    env: 'expires-in-ten-days',
    timelines: (process) => [
      probed(process().env ?? '', 'probe_ssl_earliest_cert_expiry', (now) =>
        now < 5_000 ? 10 * DAY : 90 * DAY,
      ),
    ],
    fires: [AT],
    silent: [6_000],
  },
  {
    env: 'expires-in-a-month',
    timelines: (process) => [
      probed(process().env ?? '', 'probe_ssl_earliest_cert_expiry', () => 30 * DAY),
    ],
    silent: [AT],
  },
])

const clock = scenarioOf('ClockSkew', [
  ...(['api', 'worker'] as const).map((kind) => ({
    env: `the-${kind}-is-eleven-minutes-slow`,
    timelines: (process: (more: Partial<Process>) => Process) => [
      exported(process({ kind }), catalogue.processClock.name, {}, (now) =>
        now < AT ? now : now - 660,
      ),
    ],
    silent: [AT + 60],
    fires: [AT + 210],
  })),
  {
    env: 'an-hour-fast',
    timelines: (process) => [
      exported(process(), catalogue.processClock.name, {}, (now) => now + 3_600),
    ],
    fires: [AT],
  },
  {
    env: 'a-minute-slow',
    timelines: (process) => [
      exported(process(), catalogue.processClock.name, {}, (now) => Math.max(1, now - 60)),
    ],
    silent: [AT],
  },
])

const container = (
  name: string,
  labels: Readonly<Record<string, string>>,
  at: Timeline['at'],
): Timeline => ({
  name,
  labels: { namespace: 'stage', pod: 'api-1', container: 'api', ...labels },
  at,
})

const outOfMemory: Battery = {
  name: 'ContainerOutOfMemory',
  alerts: ['ContainerOutOfMemory'],
  scenarios: [
    {
      title:
        'ContainerOutOfMemory fires when a container is killed, and not for one that was killed long ago',
      lasts: AT + 6_000,
      timelines: [
        container(
          'kube_pod_container_status_last_terminated_reason',
          { reason: 'OOMKilled' },
          (now) => (now < AT ? 0 : 1),
        ),
        container('kube_pod_container_status_restarts_total', {}, (now) => (now < AT ? 0 : 1)),
        container(
          'kube_pod_container_status_last_terminated_reason',
          { reason: 'OOMKilled', pod: 'api-2' },
          () => 1,
        ),
        container('kube_pod_container_status_restarts_total', { pod: 'api-2' }, () => 3),
      ],
      checks: [
        { at: AT - 30, alert: 'ContainerOutOfMemory', fires: [] },
        {
          at: AT + 120,
          alert: 'ContainerOutOfMemory',
          fires: [{ env: 'stage', pod: 'api-1', container: 'api' }],
        },
        { at: AT + 5_000, alert: 'ContainerOutOfMemory', fires: [] },
      ],
    },
  ],
}

const job = { job: 'viewer-poll' }
const working = (process: Process, until: number): Timeline[] => [
  counting(process, catalogue.pollRuns.name, { ...job, result: 'ok' }, () => 1),
  counting(process, catalogue.pollItems.name, job, (at) => (at < until ? 5 : 0)),
]
const everMore: Span = [0, Number.POSITIVE_INFINITY]

const idle = scenarioOf('JobIdle', [
  {
    env: 'answers-become-empty',
    timelines: (process) => working(process({ runs: [everMore] }), 2 * AT),
    silent: [2 * AT + 25 * MINUTE],
    fires: [2 * AT + 38 * MINUTE, 2 * AT + 70 * MINUTE],
  },
  {
    env: 'there-never-was-anything',
    timelines: (process) => working(process(), 0),
    silent: [2 * AT + 38 * MINUTE],
  },
])

const collector = scenarioOf('MetricsCollectorFailing', [
  ...(['api', 'worker'] as const).map((kind) => ({
    env: `a-collector-of-the-${kind}-fails`,
    timelines: (process: (more: Partial<Process>) => Process) => [
      counting(
        process({ kind }),
        catalogue.collectorFailures.name,
        { collector: 'webhook_inbox', reason: 'timeout' },
        (at) => (at >= AT && at < 2 * AT ? 1 : 0),
      ),
    ],
    silent: [AT + 300, 2 * AT + 690],
    fires: [AT + 600, 2 * AT],
  })),
  {
    env: 'fails-now-and-then',
    timelines: (process) => [
      counting(
        process(),
        catalogue.collectorFailures.name,
        { collector: 'webhook_inbox', reason: 'timeout' },
        (at) => (at % 300 === 0 ? 1 : 0),
      ),
    ],
    silent: [AT, 2 * AT],
  },
])

const wal: Battery = {
  name: 'PrometheusWalCorrupted',
  alerts: ['PrometheusWalCorrupted'],
  scenarios: [
    {
      title: 'PrometheusWalCorrupted fires on a corruption of the write-ahead log, and once',
      lasts: AT + 9_000,
      timelines: [
        {
          name: 'prometheus_tsdb_wal_corruptions_total',
          labels: { instance: 'prometheus-0' },
          at: (now) => (now < AT ? 0 : 1),
        },
      ],
      checks: [
        { at: AT - 30, alert: 'PrometheusWalCorrupted', fires: [] },
        {
          at: AT + 120,
          alert: 'PrometheusWalCorrupted',
          fires: [{ instance: 'prometheus-0' }],
        },
        { at: AT + 8_000, alert: 'PrometheusWalCorrupted', fires: [] },
      ],
    },
  ],
}

export const platformBatteries: readonly Battery[] = [
  absent,
  address,
  certificate,
  clock,
  outOfMemory,
  idle,
  collector,
  wal,
]
