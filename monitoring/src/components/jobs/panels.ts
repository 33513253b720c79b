import { catalogue } from '@verifluence/api/catalogue'
import type { Job } from '@verifluence/api/jobs'
import { activeEvents, inEnv, maxBy, sumBy } from '../../grafana/query.ts'
import type { PanelSpec, RowSpec } from '../../grafana/spec.ts'
import { matching, select, series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import { staleAlert } from './alerts.ts'

export const worker = (definition: Parameters<typeof series>[0], matchers = {}) =>
  series(definition, inEnv(matchers))

const ofJob = (definition: Parameters<typeof series>[0], matchers = {}) =>
  worker(definition, { job: matching('$job'), ...matchers })

const ofDurations = (part: 'sum' | 'count') =>
  sumBy(
    ['job'],
    `increase(${select(`${catalogue.pollDuration.name}_${part}`, inEnv({ job: matching('$job') }))}[2h])`,
  )

/** One panel a job, since each has a line of its own. */
export const lastSuccess = ([job, { staleAfterSeconds, cron, does, severity }]: [
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
      expr: `time() - (max(${worker(catalogue.pollLastSuccess, { job })}) or max(${worker(catalogue.pollRegistered, { job })}))`,
      legend: 'since success',
    },
  ],
})

export const runs: RowSpec = {
  title: 'Runs',
  panels: [
    {
      key: 'runs',
      title: 'Finished runs',
      description: 'Finished runs of each job. An error is a run that threw.',
      kind: 'stacked',
      unit: 'short',
      width: 12,
      interval: '5m',
      mayBeEmpty: 'no run ended',
      queries: [
        {
          expr: activeEvents(['job', 'result'], ofJob(catalogue.pollRuns)),
          legend: '{{job}} {{result}}',
        },
      ],
    },
    {
      key: 'duration',
      title: 'Duration of runs',
      description:
        'Mean of the last two hours. A run that takes longer than the interval skips the next one.',
      kind: 'lines',
      unit: 's',
      width: 12,
      queries: [
        {
          expr: `${ofDurations('sum')}\n/\n${ofDurations('count')}`,
          legend: '{{job}}',
        },
      ],
    },
    {
      key: 'items',
      title: 'Items handled',
      description:
        'What successful runs handled. Nothing for hours, where there was much, is an empty answer.',
      kind: 'stacked',
      unit: 'short',
      width: 24,
      alert: 'JobIdle',
      interval: '5m',
      mayBeEmpty: 'no run has handled anything',
      queries: [{ expr: activeEvents(['job'], ofJob(catalogue.pollItems)), legend: '{{job}}' }],
    },
    {
      key: 'skips',
      title: 'Skipped runs',
      description:
        '`overlap`: the previous run was still in progress. `lock_held`: another replica ran the job, which is normal.',
      kind: 'stacked',
      unit: 'short',
      width: 6,
      interval: '5m',
      mayBeEmpty: 'no run was skipped',
      queries: [
        {
          expr: activeEvents(['job', 'reason'], ofJob(catalogue.pollSkipped)),
          legend: '{{job}} {{reason}}',
        },
      ],
    },
    {
      key: 'in-progress',
      title: 'Running now',
      description: 'A job that stays at 1 for longer than usual hangs.',
      kind: 'lines',
      unit: 'none',
      width: 6,
      queries: [{ expr: sumBy(['job'], ofJob(catalogue.pollInProgress)), legend: '{{job}}' }],
    },
    {
      key: 'last-run',
      title: 'Time since the last start, in intervals',
      description: 'Above 1, a planned run did not start: the scheduler or the lock is stuck.',
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
      description: 'While this grows, a restart of the worker would lose the last success.',
      kind: 'stacked',
      unit: 'short',
      width: 6,
      interval: '5m',
      mayBeEmpty: 'every heartbeat was stored',
      queries: [
        { expr: activeEvents(['job'], ofJob(catalogue.pollHeartbeatFailures)), legend: '{{job}}' },
      ],
    },
  ],
}
