import { type JobName, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts'
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

/** @throws Error unless the job fails, as its alert will say it does. */
async function mustFail(site: WholeSite, job: Broken): Promise<void> {
  const failed = await runJob(site, job).then(
    () => false,
    () => true,
  )
  if (!failed) throw new Error(`${job} succeeds although it was broken`)
}

/** No run of it succeeded; a daily one was also called by the worker, which makes up for it, and failed. */
const failsOnly = (job: Broken): RegExp => {
  const daily = jobs[job].intervalSeconds > 60 * MINUTE
  return daily
    ? /^(?=[\s\S]*result="error"\} => (?!0 ))[\s\S]*result="ok"\} => 0 @/
    : /result="ok"\} => 0 @/
}

export const jobsFail: Drill<WholeSite> = {
  name: 'jobs-fail',
  failure: 'F1, F3, F4',
  does: 'every hourly and daily job is broken and fails when it is run; the worker restarts; heartbeats are backdated',
  cause: async (site) => {
    const { parts, database } = site
    const mends: (() => Promise<unknown>)[] = []
    for (const job of broken) mends.push(await breaks[job](site))
    await parts.worker.stop()
    await Promise.all(broken.map((job) => mustFail(site, job)))
    const since = new Map(broken.map((job) => [staleAlert(job), longAgo(job)]))
    for (const job of broken) {
      // Its turn may have come between the start of the worker and its end.
      const past = onceSucceeded.includes(job)
        ? 'last_success_at = $2'
        : 'registered_at = $2, last_success_at = null'
      await database.run(`update poll_heartbeats set ${past}, last_run_at = $2 where job = $1`, [
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
  arrives: broken.map((job) => staleArrival(job, failsOnly(job))),
  resolvedWithin: 6 * MINUTE,
}
