import { counter, gauge, histogram, oneOf } from 'sideport'
import { jobNames } from './jobs.ts'

const exportedBy = ['worker'] as const
const job = oneOf('job', jobNames)
const perJob = {
  labels: [job],
  exportedBy,
  allow: {
    'target-label':
      'the scrape sets honorLabels, so the job of a poll wins over the job of its target',
  },
} as const

function pollInstant(moment: string, help: string) {
  return gauge({
    ...perJob,
    name: `vf_worker_poll_${moment}_timestamp_seconds`,
    help,
    unit: 'seconds',
    aggregate: 'max',
    initially: 'absent',
  })
}

/** What the worker process alone exports. */
export const workerMetrics = {
  pollRuns: counter({
    ...perJob,
    name: 'vf_worker_poll_runs_total',
    help: 'Finished runs of a job.',
    labels: [job, oneOf('result', ['ok', 'error'])],
  }),
  pollItems: counter({
    ...perJob,
    name: 'vf_worker_poll_items_total',
    help: 'What successful runs of a job handled: channels, objects, tokens, rows. A run that found nothing adds 0.',
  }),
  pollDuration: histogram({
    ...perJob,
    name: 'vf_worker_poll_duration_seconds',
    help: 'Time of one run, failed ones included.',
    unit: 'seconds',
    buckets: [0.05, 0.1, 0.25, 0.5, 1.5, 2.5, 5, 10, 30, 60, 120, 300],
  }),
  pollLastSuccess: pollInstant(
    'last_success',
    'When a run last succeeded, restarts included; absent until the first success ever.',
  ),
  pollLastRun: pollInstant('last_run', 'When a run last started, whatever its result.'),
  pollRegistered: pollInstant('registered', 'When the job was registered for the first time ever.'),
  pollInterval: gauge({
    ...perJob,
    name: 'vf_worker_poll_interval_seconds',
    help: 'The time between two planned runs.',
    unit: 'seconds',
    aggregate: 'max',
    initially: 'absent',
  }),
  pollInProgress: gauge({
    ...perJob,
    name: 'vf_worker_poll_in_progress',
    help: '1 while a run of the job is in progress in this process.',
    aggregate: 'sum',
  }),
  pollSkipped: counter({
    ...perJob,
    name: 'vf_worker_poll_skipped_total',
    help: 'Planned runs that did not start: the previous one was still in progress here, or another replica held the lock.',
    labels: [job, oneOf('reason', ['overlap', 'lock_held'])],
  }),
  pollHeartbeatFailures: counter({
    ...perJob,
    name: 'vf_worker_poll_heartbeat_failures_total',
    help: 'Heartbeats that could not be read or stored; until one succeeds, a restart would lose the last run.',
  }),
  liveStreams: gauge({
    name: 'vf_worker_live_streams',
    help: 'Tracked streams that were live at the last viewer-poll. Aggregate with max.',
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
}
