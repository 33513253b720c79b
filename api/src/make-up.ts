import type { Heartbeat, HeartbeatStore } from 'sideport'
import { type JobName, jobNames, jobs } from './jobs/table.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Often enough that a lost run costs minutes; the first time when a scrape has seen the process. */
export const LOOK_EVERY_SECONDS = 5 * MINUTE
/** More than a run takes, so that one that is under way at its time counts as none that is missing. */
const LATE_SECONDS = 10 * MINUTE
/** A job that fails whenever it is called is called no more often; its staleness alert tells of it. */
const AGAIN_AFTER_SECONDS = HOUR

/** Those whose next turn comes too late to make up for a lost one. */
const madeUpFor = jobNames.filter((job) => jobs[job].intervalSeconds > HOUR)

/**
 * Whether a job has missed its turn: a rollout cut its run off, or no worker was there. What counts is
 * what all replicas have done, and for a job that never succeeded the time since it was registered.
 */
const isOverdue = (job: JobName, beat: Heartbeat, now: number): boolean => {
  const { registeredAt, lastSuccessAt = registeredAt, lastRunAt = registeredAt } = beat
  const isLate = now - lastSuccessAt > jobs[job].intervalSeconds + LATE_SECONDS
  return isLate && now - lastRunAt > AGAIN_AFTER_SECONDS
}

/** The jobs that are overdue by what the store knows now. @throws Error when it does not answer. */
export const overdueJobs = async (store: HeartbeatStore): Promise<JobName[]> => {
  const beats = await store.merge([], madeUpFor)
  const now = Date.now() / 1000
  return madeUpFor.filter((job) =>
    beats.some((beat) => beat.job === job && isOverdue(job, beat, now)),
  )
}
