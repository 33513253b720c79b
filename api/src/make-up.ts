import type { Heartbeat, HeartbeatStore } from 'sideport'
import { type Job, type JobName, jobNames, jobs } from './jobs/table.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Often enough that a lost run costs minutes; the first time when a scrape has seen the process. */
export const LOOK_EVERY_SECONDS = 5 * MINUTE
/** More than a run takes, so that one that is under way at its time counts as none that is missing. */
const LATE_SECONDS = 10 * MINUTE
/** A job that fails whenever it is called is called no more often; its staleness alert tells of it. */
const AGAIN_AFTER_SECONDS = HOUR

/**
 * Whether a job has missed its turn: a rollout cut its run off, or no worker was there. What counts is
 * what all replicas have done, and for a job that never succeeded the time since it was registered. An
 * hourly job is never overdue: its next turn makes up for a lost one soon enough.
 */
export const isOverdue = (job: Job, beat: Omit<Heartbeat, 'job'>, now: number): boolean => {
  const { registeredAt, lastSuccessAt = registeredAt, lastRunAt = registeredAt } = beat
  return (
    job.intervalSeconds > HOUR &&
    now - lastSuccessAt > job.intervalSeconds + LATE_SECONDS &&
    now - lastRunAt > AGAIN_AFTER_SECONDS
  )
}

/** The jobs that are overdue by what the store knows now. @throws Error when it does not answer. */
export const overdueJobs = async (store: HeartbeatStore): Promise<JobName[]> => {
  const beats = await store.merge([], jobNames)
  const now = Date.now() / 1000
  return jobNames.filter((name) =>
    beats.some((beat) => beat.job === name && isOverdue(jobs[name], beat, now)),
  )
}
