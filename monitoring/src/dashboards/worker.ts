import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobNames, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '../alerts/names.ts'
import { targets } from '../places.ts'
import { buckets, matching, not, notMatching, select, series } from '../promql/series.ts'
import { duration } from '../promql/time.ts'
import { processRow } from './process.ts'
import { firingCount, grown, inEnv, maxBy, perSecond, quantile, sumBy } from './query.ts'
import type { DashboardSpec, PanelSpec, RowSpec } from './spec.ts'

const worker = (definition: Parameters<typeof series>[0], matchers = {}) =>
  series(definition, inEnv(matchers))
const ofJob = (definition: Parameters<typeof series>[0], matchers = {}) =>
  worker(definition, { job: matching('$job'), ...matchers })
const calls = (matchers = {}) =>
  series(catalogue.externalHttp, inEnv({ target: matching('$target'), ...matchers }))

const fine: RowSpec = {
  title: 'Is it fine?',
  panels: [
    {
      key: 'up',
      title: 'Workers that answer',
      description: 'Pods of the worker that Prometheus reaches. Zero means that no job runs.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      badBelow: true,
      alert: 'WorkerDown',
      queries: [
        { expr: `sum(${select('up', inEnv({ job: targets.worker.job }))})`, legend: 'workers' },
      ],
    },
    {
      key: 'stale-jobs',
      title: 'Jobs overdue',
      description: 'Jobs whose alert fires: too long without a success.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      queries: [{ expr: firingCount(jobNames.map(staleAlert)), legend: 'overdue' }],
    },
    {
      key: 'alerts',
      title: 'Alerts of the worker',
      description: 'Other alerts about the worker, outside services and delivery that fire now.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      queries: [
        {
          expr: firingCount(['WorkerDown', 'ExternalUnauthorized', 'ExternalFailing']),
          legend: 'firing',
        },
      ],
    },
    {
      key: 'failed-runs',
      title: 'Failed runs, 1 hour',
      description:
        'Runs that ended with an error. One is a hiccup; the job’s own line says whether it matters.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [
        {
          expr: `sum(increase(${worker(catalogue.pollRuns, { result: 'error' })}[1h]))`,
          legend: 'failed',
        },
      ],
    },
    {
      key: 'refused-hour',
      title: '401 answers, 1 hour',
      description:
        'Calls whose credentials were refused. A few are tokens at the end of their life.',
      kind: 'stat',
      unit: 'short',
      width: 4,
      queries: [
        {
          expr: `sum(increase(${series(catalogue.externalHttp, inEnv({ status_code: '401' }))}[1h]))`,
          legend: '401',
        },
      ],
    },
    {
      key: 'live-streams',
      title: 'Live streams',
      description: 'Tracked streams that were live at the last viewer-poll.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      queries: [{ expr: maxBy(['env'], worker(catalogue.liveStreams)), legend: '{{env}}' }],
    },
  ],
}

/** One panel a job, since each has a line of its own. */
const lastSuccess = ([job, { staleAfterSeconds, cron, does, severity }]: [
  string,
  Job,
]): PanelSpec => ({
  key: `last-success-${job}`,
  title: job,
  description:
    `Time since ${job} last succeeded; it ${does}. Planned at \`${cron}\` (UTC); above the line, ` +
    `${duration(staleAfterSeconds)}, ${staleAlert(job)} (${severity}) fires.`,
  kind: 'lines',
  unit: 's',
  width: 6,
  limit: staleAfterSeconds,
  alert: staleAlert(job),
  queries: [
    {
      expr: `time() - (${maxBy(['env'], worker(catalogue.pollLastSuccess, { job }))} or ${maxBy(['env'], worker(catalogue.pollRegistered, { job }))})`,
      legend: 'since success {{env}}',
    },
  ],
})

const runs: RowSpec = {
  title: 'Runs',
  panels: [
    {
      key: 'runs',
      title: 'Runs',
      description: 'Finished runs of each job. An error is a run that threw.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      queries: [
        {
          expr: sumBy(['job', 'result'], grown(ofJob(catalogue.pollRuns))),
          legend: '{{job}} {{result}}',
        },
      ],
    },
    {
      key: 'duration',
      title: 'Duration of runs',
      description:
        'Nineteen of twenty runs are faster. Compare it with the interval: a run that takes longer skips the next.',
      kind: 'lines',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: `histogram_quantile(0.95, ${sumBy(['job', 'le'], `increase(${buckets(catalogue.pollDuration, inEnv({ job: matching('$job') }))}[2h])`)})`,
          legend: '{{job}}',
        },
      ],
    },
    {
      key: 'skips',
      title: 'Skipped runs',
      description:
        '`overlap`: the former run was still going. `lock_held`: another replica was doing it, which is fine.',
      kind: 'stacked',
      unit: 'short',
      width: 6,
      queries: [
        {
          expr: sumBy(['job', 'reason'], grown(ofJob(catalogue.pollSkipped))),
          legend: '{{job}} {{reason}}',
        },
      ],
    },
    {
      key: 'in-progress',
      title: 'Running now',
      description: 'A job that stays at 1 for longer than its usual duration hangs.',
      kind: 'lines',
      unit: 'none',
      width: 6,
      queries: [{ expr: sumBy(['job'], ofJob(catalogue.pollInProgress)), legend: '{{job}}' }],
    },
    {
      key: 'last-run',
      title: 'Time since the last start, in intervals',
      description: 'Above 1 a planned run did not start: the scheduler or the lock is stuck.',
      kind: 'lines',
      unit: 'short',
      width: 6,
      queries: [
        {
          expr: `(time() - ${maxBy(['job'], ofJob(catalogue.pollLastRun))}) / ${maxBy(['job'], ofJob(catalogue.pollInterval))}`,
          legend: '{{job}}',
        },
      ],
    },
    {
      key: 'heartbeats',
      title: 'Heartbeats that could not be stored',
      description: 'While this grows a restart of the worker would forget the last success.',
      kind: 'stacked',
      unit: 'short',
      width: 6,
      queries: [
        { expr: sumBy(['job'], grown(ofJob(catalogue.pollHeartbeatFailures))), legend: '{{job}}' },
      ],
    },
  ],
}

const FAILED = notMatching('[23]..|401|404|aborted')

const outside: RowSpec = {
  title: 'Outside services',
  panels: [
    {
      key: 'external-calls',
      title: 'Calls',
      description: 'Attempts a second by service, of both processes.',
      kind: 'stacked',
      unit: 'reqps',
      width: 6,
      queries: [{ expr: sumBy(['target'], perSecond(calls())), legend: '{{target}}' }],
    },
    {
      key: 'external-unauthorized',
      title: 'Credentials refused (401)',
      description:
        'By service and operation. A revoked token is a line that does not fall; a single peak is a token that was renewed.',
      kind: 'lines',
      unit: 'short',
      width: 6,
      alert: 'ExternalUnauthorized',
      queries: [
        {
          expr: sumBy(['target', 'operation'], grown(calls({ status_code: '401' }))),
          legend: '{{target}} {{operation}}',
        },
      ],
    },
    {
      key: 'external-failures',
      title: 'Failed calls',
      description: '5xx, 429, timeouts and broken connections, by how they failed.',
      kind: 'stacked',
      unit: 'reqps',
      width: 6,
      alert: 'ExternalFailing',
      queries: [
        {
          expr: sumBy(['target', 'status_code'], perSecond(calls({ status_code: FAILED }))),
          legend: '{{target}} {{status_code}}',
        },
      ],
    },
    {
      key: 'external-duration',
      title: 'Slowest 5 % by service',
      description: 'Time to the response headers, or to the failure.',
      kind: 'lines',
      unit: 's',
      width: 6,
      mayBeEmpty: 'nobody was called lately',
      queries: [
        {
          expr: quantile(
            0.95,
            ['target'],
            buckets(catalogue.externalHttpDuration, inEnv({ target: matching('$target') })),
          ),
          legend: '{{target}}',
        },
      ],
    },
  ],
}

const delivery: RowSpec = {
  title: 'Delivery of alerts',
  panels: [
    {
      key: 'firing',
      title: 'Alerts that fire',
      description:
        'Of all environments and both processes, as Prometheus sees them. The watchdog always fires and is left out.',
      kind: 'lines',
      unit: 'none',
      width: 12,
      mayBeEmpty: 'no alert fires',
      queries: [
        {
          expr: `count by (alertname, severity) (${select('ALERTS', { alertstate: 'firing', alertname: not('Watchdog') })})`,
          legend: '{{alertname}} ({{severity}})',
        },
      ],
    },
    {
      key: 'notifications',
      title: 'Notifications',
      description:
        'What Alertmanager sent, by way, and what it gave up. Given-up ones were seen by nobody.',
      kind: 'lines',
      unit: 'short',
      width: 12,
      alert: 'NotificationsFailing',
      queries: [
        {
          expr: sumBy(
            ['integration'],
            grown(
              select('alertmanager_notifications_total', {
                integration: matching('telegram|webhook'),
              }),
            ),
          ),
          legend: 'begun {{integration}}',
        },
        {
          expr: sumBy(
            ['integration'],
            grown(
              select('alertmanager_notifications_failed_total', {
                integration: matching('telegram|webhook'),
              }),
            ),
          ),
          legend: 'given up {{integration}}',
        },
      ],
    },
  ],
}

export const workerDashboard: DashboardSpec = {
  uid: 'vf-worker',
  description: 'Jobs, outside services, delivery of alerts and runtime of the worker process.',
  variables: [
    { name: 'job', label: 'Job', of: `${catalogue.pollInterval.name}{env=~"$env"}` },
    { name: 'target', label: 'Service', of: `${catalogue.externalHttp.name}{env=~"$env"}` },
  ],
  rows: [
    fine,
    { title: 'Time since the last success', panels: Object.entries<Job>(jobs).map(lastSuccess) },
    runs,
    outside,
    delivery,
    processRow('worker'),
  ],
}
