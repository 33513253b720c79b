import { type JobName, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts'
import type { Arrival } from '../drill.ts'
import { MINUTE } from '../minutes.ts'

/** Seconds from a job's last success within which its staleness must have been told. */
export const staleLimit = (job: JobName): number => jobs[job].staleAfterSeconds + 3 * MINUTE

/** What must arrive of a job that no longer succeeds, and what the first command of its runbook shows. */
export const staleArrival = (job: JobName, shows: RegExp): Arrival => ({
  alert: staleAlert(job),
  within: staleLimit(job),
  shows,
})
