import { catalogue } from '@verifluence/api/catalogue'
import { type Job, type JobName, jobs } from '@verifluence/api/jobs'
import { instant, started } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import {
  type Cause,
  clockWrong,
  databaseDown,
  type Incident,
  JOB_TARGETS,
  lasting,
  processDown,
  steady,
  targetFails,
  unlessExplained,
} from '../incident.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Thresholds, in seconds. */
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

/** A warning never hides a critical alert: those go out even where the service's own alert fired before. */
const causesOf = (job: JobName, severity: Alert['severity']): readonly Cause[] => {
  const services = JOB_TARGETS[job]
  const refused = services.length > 0 ? [targetFails('ExternalUnauthorized', services)] : []
  const failing =
    services.length > 0 && severity === 'warning' ? [targetFails('ExternalFailing', services)] : []
  return [processDown('worker'), clockWrong('worker'), databaseDown, ...refused, ...failing]
}

/** Until the next run has had its chance: a missed run of a day is made up within the hour. */
const graceOf = ({ intervalSeconds }: Job) => Math.min(intervalSeconds, HOUR) + 10 * MINUTE

const staleness = ([job, definition]: [JobName, Job]): Alert => {
  const { does, staleAfterSeconds, severity } = definition
  const incident: Incident = { alert: staleAlert(job), by: ['env', 'job'] }
  const services = JOB_TARGETS[job]
  return {
    name: incident.alert,
    failure: 'F1–F4',
    expr: steady(incident, {
      begins: unlessExplained(
        incident,
        `${age(job)} > ${staleAfterSeconds}\nor\n${missing(job)}`,
        causesOf(job, severity),
        graceOf(definition),
      ),
      // Without a worker no run can have succeeded.
      goesOn: [`${lasting(incident)}\nunless on (env) ${started('worker')}`],
      value: age(job),
    }),
    for: 60,
    limit: `no success for ${duration(staleAfterSeconds)}`,
    severity,
    summary: `${job} has not succeeded for {{ $value | humanizeDuration }}`,
    description:
      `${job} ${does}; that has stopped. Read the worker's log lines with job=${job}: the last error says why. ` +
      (services.length > 0
        ? `Most likely ${services.join(' or ')} answers with errors, or a run hangs.`
        : 'Most likely its query fails or waits for a lock, or a run hangs.'),
    panel: `vf-worker/last-success-${job}`,
  }
}

/** One alert a job, from the job table. */
export const stalenessGroup: AlertGroup = {
  name: 'worker-poller-staleness',
  alerts: (Object.entries(jobs) as [JobName, Job][]).map(staleness),
}
