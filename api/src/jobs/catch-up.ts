import type { Heartbeat, HeartbeatStore } from 'sideport'
import { type Job, type JobName, jobNames, jobs } from '../telemetry/jobs.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Often enough that a missed run costs minutes; first after a scrape has seen the process. */
export const LOOK_EVERY_SECONDS = 5 * MINUTE
/** Longer than a run takes, so that a run in progress does not count as missed. */
const LATE_SECONDS = 10 * MINUTE
/** A job that always fails is retried no more often; its staleness alert fires. */
const RETRY_AFTER_SECONDS = HOUR

/**
 * Whether a job missed its run: a rollout interrupted it, or no worker was running. Considers the runs
 * of all replicas; a job that never succeeded counts from its registration. An hourly job never
 * counts as missed: its next run is soon enough.
 */
export function isMissed(job: Job, beat: Omit<Heartbeat, 'job'>, now: number): boolean {
  const { registeredAt } = beat
  const lastSuccessAt = credible(beat.lastSuccessAt, now) ?? registeredAt
  const lastRunAt = credible(beat.lastRunAt, now) ?? registeredAt
  return (
    job.intervalSeconds > HOUR &&
    now - lastSuccessAt > job.intervalSeconds + LATE_SECONDS &&
    now - lastRunAt > RETRY_AFTER_SECONDS
  )
}

/** Clocks of replicas differ by less. */
const CLOCK_SKEW_SECONDS = MINUTE

/** An instant in the future was recorded by a clock that was wrong; believed, it would hide missed runs. */
function credible(at: number | undefined, now: number): number | undefined {
  return at !== undefined && at <= now + CLOCK_SKEW_SECONDS ? at : undefined
}

/** The jobs that missed a run, according to the store. @throws Error when it does not answer. */
export async function missedJobs(store: HeartbeatStore, now: Date): Promise<JobName[]> {
  const beats = await store.merge([], jobNames)
  const seconds = now.getTime() / 1000
  return jobNames.filter((name) =>
    beats.some((beat) => beat.job === name && isMissed(jobs[name], beat, seconds)),
  )
}
