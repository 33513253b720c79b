import { names, type Theme } from '../query.ts'

const { pollRuns, pollDuration, pollLastSuccess, pollLastRun, pollRegistered } = names
const { pollInterval, pollInProgress, pollSkipped, pollHeartbeatFailures, liveStreams } = names
const { pollItems } = names

/** The worker's jobs. */
export const jobs = {
  name: 'jobs',
  page: 'worker-metrics',
  queries: {
    pollRuns: [
      {
        answers: 'Failed runs in the last day, by job.',
        expr: `sum by (job) (increase(${pollRuns}{result="error"}[1d]))`,
      },
      {
        answers: 'Share of runs that succeeded in the last day, by job.',
        expr: `sum by (job) (increase(${pollRuns}{result="ok"}[1d]))\n/\nsum by (job) (increase(${pollRuns}[1d]))`,
      },
    ],
    pollItems: [
      {
        answers: 'Items that successful runs handled in the last day, by job.',
        expr: `sum by (job) (increase(${pollItems}[1d]))`,
      },
    ],
    pollDuration: [
      {
        answers: 'Seconds within which 19 of 20 runs ended, by job.',
        expr: `histogram_quantile(0.95, sum by (job, le) (increase(${pollDuration}_bucket[1d])))`,
      },
    ],
    pollLastSuccess: [
      {
        answers: 'Seconds since each job last succeeded.',
        expr: `time() - max by (job) (${pollLastSuccess})`,
      },
      {
        answers: 'The same in planned intervals: above 2, two runs in a row have not succeeded.',
        expr: `(time() - max by (job) (${pollLastSuccess}))\n/\nmax by (job) (${pollInterval})`,
      },
    ],
    pollLastRun: [
      {
        answers: 'Jobs whose latest run has failed or still goes on: seconds since its start.',
        expr: `time() - (max by (job) (${pollLastRun}) > max by (job) (${pollLastSuccess}))`,
        mayBeEmpty: 'every latest run succeeded',
      },
    ],
    pollRegistered: [
      {
        answers: 'Jobs that have never succeeded: when they were registered.',
        expr: `max by (job) (${pollRegistered}) unless max by (job) (${pollLastSuccess})`,
        mayBeEmpty: 'every job has succeeded once',
      },
    ],
    pollInterval: [
      { answers: 'Planned runs a day, by job.', expr: `86400 / max by (job) (${pollInterval})` },
    ],
    pollInProgress: [
      {
        answers: 'Runs that go on now, by job.',
        expr: `sum by (job) (${pollInProgress})`,
      },
    ],
    pollSkipped: [
      {
        answers: 'Planned runs that did not start in the last hour, by job and reason.',
        expr: `sum by (job, reason) (increase(${pollSkipped}[1h]))`,
      },
    ],
    pollHeartbeatFailures: [
      {
        answers: 'Heartbeats that could not be read or stored in the last hour, by job.',
        expr: `sum by (job) (increase(${pollHeartbeatFailures}[1h]))`,
      },
    ],
    liveStreams: [
      { answers: 'Tracked streams that are live.', expr: `max(${liveStreams})` },
      {
        answers: 'The most at once in the last day.',
        expr: `max(max_over_time(${liveStreams}[1d]))`,
      },
    ],
  },
} as const satisfies Theme
