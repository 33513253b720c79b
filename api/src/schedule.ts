import { setTimeout as pause } from 'node:timers/promises'
import { Cron } from 'croner'
import type { ReportError } from './http/answer-error.ts'
import type { JobContext } from './jobs/context.ts'
import { jobFunctions } from './jobs/index.ts'
import { jobNames, jobs } from './jobs/table.ts'
import type { createWorkerMetrics } from './metrics.ts'

/** The jobs, called by the clock. */
export interface Schedules {
  /** Starts no run any more, and waits this long for those under way. */
  stop(graceSeconds: number): Promise<void>
}

/** Schedules every job of the table, in UTC. A job that fails is logged and called again next time. */
export const schedule = ({
  polls,
  report,
  context,
}: {
  polls: ReturnType<typeof createWorkerMetrics>['polls']
  report: ReportError
  context: Omit<JobContext, 'signal'>
}): Schedules => {
  const leaving = new AbortController()
  const underWay = new Set<Promise<void>>()

  const crons = jobNames.map((job) => {
    const log = context.log.child({ job })
    const run = polls.instrumentPoll(job, async () => {
      const startedAt = performance.now()
      await jobFunctions[job]({ ...context, log, signal: leaving.signal })
      log.info({ ms: Math.round(performance.now() - startedAt) }, 'job done')
    })
    const call = async () => {
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
    return new Cron(jobs[job].cron, { timezone: 'UTC', name: job }, call)
  })

  return {
    stop: async (graceSeconds) => {
      for (const cron of crons) cron.stop()
      leaving.abort(new Error('the worker is leaving'))
      await Promise.race([
        Promise.all(underWay),
        pause(graceSeconds * 1000, undefined, { ref: false }),
      ])
    },
  }
}
