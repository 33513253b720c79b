import { catalogue } from '@verifluence/api/catalogue'
import { type Job, jobs } from '@verifluence/api/jobs'
import { instant, started } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { AlertGroup } from '../alert.ts'

const MINUTE = 60

/** Where it turns bad. Seconds, unless the name says otherwise. */
export const limits = {
  /** Job series that a running worker has not exported for this long count as broken. */
  seriesMissing: 10 * MINUTE,
} as const

/** `viewer-poll` → `ViewerPoll` */
const pascal = (name: string) =>
  name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())

/** The alert of a job whose last success is too old: `viewer-poll` → `ViewerPollStale`. */
export const staleAlert = (job: string) => `${pascal(job)}Stale`

/**
 * The age of the last success; for a job that never succeeded, the time since its registration.
 * Both are persisted, so neither a restart nor a fresh installation makes the rule blind.
 */
const age = (job: string) => {
  const success = instant(['job'], series(catalogue.pollLastSuccess, { job }))
  const registered = instant(['job'], series(catalogue.pollRegistered, { job }))
  return `time() - (\n  ${success}\n  or\n  ${registered}\n)`
}

/** A worker that runs but does not export the job at all: a lost registration, or lost honorLabels. */
const missing = (job: string) => {
  const registered = instant([], series(catalogue.pollRegistered, { job }))
  const running = `(time() - ${started('worker')} > ${limits.seriesMissing})`
  return `label_replace(\n  ${running}\n  unless on (env)\n  ${registered},\n  "job", "${job}", "", ""\n)`
}

const staleness = ([job, { does, staleAfterSeconds, severity }]: [string, Job]) => ({
  name: staleAlert(job),
  failure: 'F1–F4',
  expr: `${age(job)} > ${staleAfterSeconds}\nor\n${missing(job)}`,
  for: 60,
  limit: `no success for ${duration(staleAfterSeconds)}`,
  severity,
  summary: `${job} has not succeeded for {{ $value | humanizeDuration }}`,
  description:
    `${job} ${does}. It is due to be noticed after ${duration(staleAfterSeconds)} without a success. ` +
    `Read the worker's log lines with job=${job}: the last error says why.`,
  panel: `vf-worker/last-success-${job}`,
})

/** One alert a job, from the job table. */
export const stalenessGroup: AlertGroup = {
  name: 'worker-poller-staleness',
  alerts: Object.entries<Job>(jobs).map(staleness),
}
