import { setTimeout as pause } from 'node:timers/promises'
import { Cron } from 'croner'
import type { HeartbeatStore, Polls } from 'sideport'
import type { ReportError } from '../http/errors.ts'
import { type JobName, jobNames, jobs } from '../telemetry/jobs.ts'
import { LOOK_EVERY_SECONDS, missedJobs } from './catch-up.ts'
import type { JobContext } from './context.ts'
import { jobFunctions } from './job-functions.ts'

/** The running schedule. */
export interface Schedule {
  /** Starts no further run, and waits this long for those in progress. */
  stop(graceSeconds: number): Promise<void>
}

/**
 * Schedules every job of the table, in UTC. A failed run is logged and the job runs again at its next
 * time; a missed run is caught up.
 */
export function startSchedule({
  polls,
  heartbeats,
  report,
  reportItems,
  context,
}: {
  polls: Polls<JobName>
  heartbeats: HeartbeatStore
  report: ReportError
  /** Counts what a run handled. */
  reportItems: (job: JobName, count: number) => void
  context: Omit<JobContext, 'signal'>
}): Schedule {
  const stopping = new AbortController()
  const running = new Set<Promise<void>>()

  /** Returns a function that runs the job, never throws, and is awaited by `stop`. */
  const runnerOf = (job: JobName, isDue?: () => Promise<boolean>) => {
    const log = context.log.child({ job })
    const work = async () => {
      const startedAt = performance.now()
      const items = await jobFunctions[job]({ ...context, log, signal: stopping.signal })
      reportItems(job, items)
      log.info({ items, ms: Math.round(performance.now() - startedAt) }, 'job done')
    }
    const instrumented = polls.instrumentPoll(job, work, isDue)
    return async () => {
      const run = instrumented()
        .catch((err: unknown) => {
          log.error({ err }, 'job failed')
          report(err)
        })
        .then(() => {
          running.delete(run)
        })
      running.add(run)
      await run
    }
  }

  const crons = jobNames.map((job) => new Cron(jobs[job].cron, { timezone: 'UTC' }, runnerOf(job)))
  const missed = () => missedJobs(heartbeats, context.now())
  const catchUp = async () => {
    for (const job of await missed()) {
      if (stopping.signal.aborted) return
      void runnerOf(job, async () => (await missed()).includes(job))()
    }
  }
  const looks = setInterval(() => {
    catchUp().catch((err: unknown) => {
      context.log.warn({ err }, 'could not read which jobs missed a run; will look again')
    })
  }, LOOK_EVERY_SECONDS * 1000)

  return {
    stop: async (graceSeconds) => {
      for (const cron of crons) cron.stop()
      clearInterval(looks)
      stopping.abort(new Error('the worker is stopping'))
      await Promise.race([
        Promise.all(running),
        pause(graceSeconds * 1000, undefined, { ref: false }),
      ])
    },
  }
}
