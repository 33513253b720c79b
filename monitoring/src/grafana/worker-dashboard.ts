import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobNames, jobs } from '@verifluence/api/jobs'
import { outside } from '../components/external-calls/panels.ts'
import { staleAlert } from '../components/jobs/alerts.ts'
import { lastSuccess, runs, worker } from '../components/jobs/panels.ts'
import { delivery } from '../components/notifications/panels.ts'
import { processRow } from '../components/runtime/panels.ts'
import { targets } from '../places.ts'
import { select, series } from '../promql/series.ts'
import { counted, events, firingCount, inEnv } from './query.ts'
import type { DashboardSpec, RowSpec } from './spec.ts'

const fine: RowSpec = {
  title: 'Replicas, alerts and failures',
  panels: [
    {
      key: 'up',
      title: 'Workers that are up',
      description: 'Pods of the worker that Prometheus reaches. Zero means that no job runs.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      badBelow: true,
      alert: 'WorkerDown',
      queries: [
        {
          expr: counted(`sum(${select('up', inEnv({ job: targets.worker.job }))})`),
          legend: 'workers',
        },
      ],
    },
    {
      key: 'stale-jobs',
      title: 'Jobs overdue',
      description: 'Jobs whose staleness alert fires.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      mayBeEmpty: 'no such alert fires',
      queries: [{ expr: firingCount(jobNames.map(staleAlert)), legend: 'overdue' }],
    },
    {
      key: 'alerts',
      title: 'Alerts of the worker',
      description:
        'Other alerts about the worker, external services and notifications that fire now.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 1,
      mayBeEmpty: 'no such alert fires',
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
        'Runs that ended with an error. One or two are usually transient; the panel of the job shows whether it matters.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 3,
      queries: [
        {
          expr: events([], worker(catalogue.pollRuns, { result: 'error' }), '1h'),
          legend: 'failed',
        },
      ],
    },
    {
      key: 'refused-hour',
      title: '401 answers, 1 hour',
      description: 'Calls whose credentials were rejected. A few are expired tokens.',
      kind: 'stat',
      unit: 'none',
      width: 4,
      limit: 5,
      queries: [
        {
          expr: events([], series(catalogue.externalHttp, inEnv({ status_code: '401' })), '1h'),
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
      queries: [{ expr: `max(${worker(catalogue.liveStreams)})`, legend: 'live' }],
    },
  ],
}

export const workerDashboard: DashboardSpec = {
  uid: 'vf-worker',
  description: 'Jobs, external services, notifications and runtime of the worker process.',
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
