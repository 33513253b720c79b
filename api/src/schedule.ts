import { setTimeout as pause } from 'node:timers/promises'
import { Cron } from 'croner'
import type { HeartbeatStore } from 'sideport'
import type { ReportError } from './http/answer-error.ts'
import type { JobContext } from './jobs/context.ts'
import { jobFunctions } from './jobs/index.ts'
import { type JobName, jobNames, jobs } from './jobs/table.ts'
import { LOOK_EVERY_SECONDS, overdueJobs } from './make-up.ts'
import type { createWorkerMetrics } from './metrics.ts'

/** The jobs, called by the clock. */
export interface Schedules {
  /** Starts no run any more, and waits this long for those under way. */
  stop(graceSeconds: number): Promise<void>
}

type Polls = ReturnType<typeof createWorkerMetrics>['polls']

/**
 * Schedules every job of the table, in UTC. A job that fails is logged and called again next time; one
 * that has missed its turn is made up for.
 */
export const schedule = ({
  polls,
  heartbeats,
  report,
  context,
}: {
  polls: Polls
  heartbeats: HeartbeatStore
  report: ReportError
  context: Omit<JobContext, 'signal'>
}): Schedules => {
  const leaving = new AbortController()
  const underWay = new Set<Promise<void>>()

  /** A job's call, which never throws and is waited for when the worker leaves. */
  const callOf = (job: JobName, isDue?: () => Promise<boolean>) => {
    const log = context.log.child({ job })
    const work = async () => {
      const startedAt = performance.now()
      await jobFunctions[job]({ ...context, log, signal: leaving.signal })
      log.info({ ms: Math.round(performance.now() - startedAt) }, 'job done')
    }
    const run = polls.instrumentPoll(job, work, isDue)
    return async () => {
      const running = run()
        .catch((error: unknown) => {
          log.error({ error }, 'job failed')
          report(error)
        })
        .then(() => {
          underWay.delete(running)
        })
      underWay.add(running)
      await running
    }
  }

  const crons = jobNames.map((job) => new Cron(jobs[job].cron, { timezone: 'UTC' }, callOf(job)))
  const makeUp = async () => {
    for (const job of await overdueJobs(heartbeats)) {
      if (leaving.signal.aborted) return
      const isStillDue = async () => (await overdueJobs(heartbeats)).includes(job)
      void callOf(job, isStillDue)()
    }
  }
  const looks = setInterval(() => {
    makeUp().catch((error: unknown) => {
      context.log.warn({ error }, 'could not see which jobs are overdue; looked again soon')
    })
  }, LOOK_EVERY_SECONDS * 1000)

  return {
    stop: async (graceSeconds) => {
      for (const cron of crons) cron.stop()
      clearInterval(looks)
      leaving.abort(new Error('the worker is leaving'))
      await Promise.race([
        Promise.all(underWay),
        pause(graceSeconds * 1000, undefined, { ref: false }),
      ])
    },
  }
}
