import { type JobName, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts/names'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import { runJob } from '../site/run-job.ts'
import type { WholeSite } from '../site/site.ts'
import { breaks } from './job-breaks.ts'
import { staleArrival } from './stale.ts'

type Broken = keyof typeof breaks
const broken = Object.keys(breaks) as Broken[]

/** These have a success to look back on; the others have been registered for long and never had one. */
const onceSucceeded: readonly Broken[] = [
  'chat-export',
  'x-follower-poll',
  'trust-score-refresh',
  'kick-subscriptions',
  'daily-maintenance',
]

/** Since when a job counts as failing, so that its alert is due in a few minutes. */
const longAgo = (job: JobName) =>
  new Date(Date.now() - (jobs[job].staleAfterSeconds - 6 * MINUTE) * 1000)

export const jobsFail: Drill<WholeSite> = {
  name: 'jobs-fail',
  failure: 'F1, F3, F4',
  does: 'every hourly and daily job fails; the worker restarts; heartbeats are backdated',
  cause: async (site) => {
    const { parts, database } = site
    const mends: (() => Promise<unknown>)[] = []
    for (const job of broken) mends.push(await breaks[job](site))
    const since = new Map(broken.map((job) => [staleAlert(job), longAgo(job)]))
    await parts.worker.stop()
    for (const job of broken) {
      const column = onceSucceeded.includes(job) ? 'last_success_at' : 'registered_at'
      await database.run(`update poll_heartbeats set ${column} = $2 where job = $1`, [
        job,
        longAgo(job),
      ])
    }
    await parts.worker.start()
    const mend = async () => {
      for (const undo of mends) await undo()
      for (const job of broken) await runJob(site, job)
    }
    return { since, mend }
  },
  arrives: broken.map(staleArrival),
  resolvedWithin: 6 * MINUTE,
}
