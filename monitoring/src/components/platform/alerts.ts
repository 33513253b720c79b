import { catalogue } from '@verifluence/api/catalogue'
import { type JobName, jobs } from '@verifluence/api/jobs'
import { environments, targets } from '../../places.ts'
import { held, increase, newest, rate, started, total } from '../../promql/patterns.ts'
import { anyOf, select, series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import {
  databaseDown,
  type Incident,
  processDown,
  steady,
  unlessExplained,
  whileDown,
} from '../incident.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Thresholds, in seconds unless the name says otherwise. */
export const limits = {
  /** Missing from a process that has run for this long. */
  metricsAbsent: { after: 10 * MINUTE, for: 5 * MINUTE },
  /** Probes come once a minute. */
  probe: { for: 3 * MINUTE },
  certificate: { remaining: 14 * DAY, endsAbove: 15 * DAY },
  clock: { above: 120, endsBelow: 60, for: 2 * MINUTE },
  outOfMemory: { window: 15 * MINUTE },
  /** Items that a job handled in the window before. */
  idle: { atLeast: 10, for: 5 * MINUTE },
} as const

const { metricsAbsent, probe, certificate, clock, outOfMemory, idle } = limits

/** Counters exist from the first scrape; without them rules over errors are silent. */
const REQUIRED = [catalogue.httpRequests, catalogue.webhookReceived]

const absentIncident: Incident = { alert: 'RequestMetricsAbsent', by: ['env', 'metric'] }
const absent = REQUIRED.map(
  ({ name }) =>
    `label_replace(\n  (time() - ${started('api')} > ${metricsAbsent.after})\n` +
    `  unless on (env)\n  ${newest([], rate(name, 5 * MINUTE))},\n  "metric", "${name}", "", ""\n)`,
).join('\nor\n')

const requestMetricsAbsent: Alert = {
  name: absentIncident.alert,
  failure: 'F26',
  expr: steady(absentIncident, {
    begins: absent,
    goesOn: [whileDown(absentIncident, 'api')],
    value: absent,
  }),
  for: metricsAbsent.for,
  limit: `a running api does not export them for ${duration(metricsAbsent.for)}`,
  severity: 'warning',
  summary: 'A running api does not export {{ $labels.metric }}',
  description:
    'Errors of users are not counted, so no alert about them can fire. Look at /metrics of an api pod. Most likely a ' +
    'release renamed the metric, or relabelling drops it.',
  panel: 'vf-api/request-rate',
}

const probed = (name: string) => select(name, { job: 'public-address' })
const probeIncident: Incident = { alert: 'PublicAddressDown', by: ['env'] }
const success = newest([], held(probed('probe_success'), 3 * MINUTE))

const publicAddressDown: Alert = {
  name: probeIncident.alert,
  failure: 'F29',
  expr: steady(probeIncident, {
    begins: unlessExplained(
      probeIncident,
      `${success} == 0`,
      [processDown('api'), databaseDown],
      5 * MINUTE,
    ),
    value: success,
  }),
  for: probe.for,
  limit: `no probe from outside succeeds for ${duration(probe.for)}`,
  severity: 'critical',
  summary: 'The public address of {{ $labels.env }} does not answer',
  description:
    'The api runs, but users and Kick cannot reach it. Open the address yourself. Most likely the tunnel is down, or its ' +
    'name or certificate is wrong.',
  panel: 'vf-api/public-address',
}

const expiry = `min by (env) (${probed('probe_ssl_earliest_cert_expiry')}) - time()`
const certificateIncident: Incident = { alert: 'PublicCertificateExpiring', by: ['env'] }

const certificateExpiring: Alert = {
  name: certificateIncident.alert,
  failure: 'F29',
  expr: steady(certificateIncident, {
    begins: `${expiry} < ${certificate.remaining}`,
    goesOn: [`${expiry} < ${certificate.endsAbove}`],
    value: expiry,
  }),
  for: 10 * MINUTE,
  limit: `less than ${duration(certificate.remaining)} left`,
  severity: 'warning',
  summary: 'The public certificate of {{ $labels.env }} expires in {{ $value | humanizeDuration }}',
  description:
    'Afterwards no browser and no webhook gets through. Renew it now. Most likely the automatic renewal fails: ' +
    'look at the events of its Certificate, or at the tunnel.',
  panel: 'vf-api/public-certificate',
}

const services = Object.keys(targets) as (keyof typeof targets)[]

const clockSkewed = services.map((service): Alert => {
  const incident: Incident = {
    alert: 'ClockSkew',
    by: ['env', 'service'],
    labels: { service },
  }
  const skew = `max by (env, service) (abs(time() - ${series(catalogue.processClock, { service })}))`
  return {
    name: incident.alert,
    failure: 'F30',
    expr: steady(incident, {
      begins: `${skew} > ${clock.above}`,
      goesOn: [`${skew} > ${clock.endsBelow}`, whileDown(incident, service)],
      value: skew,
    }),
    for: clock.for,
    limit: `more than ${duration(clock.above)} apart from the clock of Prometheus`,
    severity: 'critical',
    labels: { service },
    summary: 'The clock of {{ $labels.service }} is {{ $value | humanizeDuration }} off',
    description:
      'Sign-in, tokens and webhook timestamps are checked against it, and ages of jobs are wrong. Compare date on the node ' +
      'with an NTP server. Most likely chrony on the node has stopped.',
    panel: `vf-${service}/clock`,
  }
})

/** In the labels of the objects that kube-state-metrics describes: the namespace names the environment. */
const containerOutOfMemory = services.map((service): Alert => {
  const kube = (name: string, matchers = {}) =>
    select(name, { namespace: anyOf(environments), container: service, ...matchers })
  const reason = kube('kube_pod_container_status_last_terminated_reason', { reason: 'OOMKilled' })
  const restarts = kube('kube_pod_container_status_restarts_total')
  const killed =
    `max by (namespace, pod, container) (${reason}) > 0\n` +
    `and on (namespace, pod, container)\nincrease(${restarts}[${duration(outOfMemory.window)}]) > 0`
  return {
    name: 'ContainerOutOfMemory',
    failure: 'F28',
    expr: `label_replace(\n${killed},\n"env", "$1", "namespace", "(.*)"\n)`,
    for: 0,
    keepFiringFor: HOUR,
    limit: `a restart after OOMKilled within ${duration(outOfMemory.window)}`,
    severity: 'warning',
    labels: { container: service },
    summary: 'Container {{ $labels.container }} of {{ $labels.pod }} exceeded its memory limit',
    description:
      'It was killed and restarted; requests or a run were lost. Look at the slope of its memory. Most likely a leak in the ' +
      'latest release, or one very large payload.',
    panel: `vf-${service}/memory`,
  }
})

/** Jobs that always find something; the window holds some of their runs. */
const NEVER_IDLE: readonly JobName[] = ['viewer-poll', 'x-follower-poll']

const jobIdle = NEVER_IDLE.map((job): Alert => {
  const window = job === 'viewer-poll' ? 30 * MINUTE : 130 * MINUTE
  const incident: Incident = { alert: 'JobIdle', by: ['env', 'job'], labels: { job } }
  const items = (offset = 0) =>
    total(['job'], increase(series(catalogue.pollItems, { job }), window, offset))
  const runs = total(['job'], increase(series(catalogue.pollRuns, { job, result: 'ok' }), window))
  const nothing = `${items()} == 0\nand\n${runs} > 1`
  return {
    name: incident.alert,
    failure: 'F31',
    expr: steady(incident, {
      begins: unlessExplained(
        incident,
        `${nothing}\nand\n${items(window)} >= ${idle.atLeast}`,
        [processDown('worker'), databaseDown],
        window,
      ),
      goesOn: [nothing, whileDown(incident, 'worker')],
      value: items(),
    }),
    for: idle.for,
    limit: `nothing handled in ${duration(window)}, ${idle.atLeast} or more before`,
    severity: 'warning',
    labels: { job },
    summary: `${job} succeeds, but has handled nothing for ${duration(window)}`,
    description:
      `${job} ${jobs[job].does}; the answers are empty where there were many before. Compare with the service itself. Most ` +
      'likely it answers 200 without data, or our list of accounts is empty.',
    panel: 'vf-worker/items',
  }
})

const walCorrupted: Alert = {
  name: 'PrometheusWalCorrupted',
  failure: 'F32',
  expr: `sum by (instance) (increase(prometheus_tsdb_wal_corruptions_total[1h])) > 0`,
  for: 0,
  keepFiringFor: HOUR,
  limit: 'any corruption of the write-ahead log',
  severity: 'warning',
  summary: 'Prometheus has found its write-ahead log corrupted',
  description:
    'Samples of the last hours are lost, so alerts over long windows may be late. Look at the free space of its volume. Most ' +
    'likely the disk is full or failing.',
  panel: 'vf-worker/firing',
}

export const platformGroup: AlertGroup = {
  name: 'platform',
  alerts: [
    requestMetricsAbsent,
    publicAddressDown,
    certificateExpiring,
    ...clockSkewed,
    ...containerOutOfMemory,
    ...jobIdle,
    walCorrupted,
  ],
}
