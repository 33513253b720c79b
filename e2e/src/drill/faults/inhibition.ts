import { jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts'
import { until } from '@verifluence/testkit'
import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import { runJob } from '../site/run-job.ts'
import type { WholeSite } from '../site/site.ts'

const JOB = 'trust-score-refresh'
const STALE = staleAlert(JOB)

/** The job becomes stale this long after now: when the worker has been told to be down. */
const STALE_IN_SECONDS = 195

async function isHeldBack({ alertmanager }: WholeSite): Promise<boolean> {
  const alerts = await alertmanager.alerts()
  return alerts.some(
    ({ labels, status }) => labels.alertname === STALE && status.inhibitedBy.length > 0,
  )
}

/** One cause is one message: a worker that is gone explains its silent jobs, and hides nothing else. */
export const staleAndGone: Drill<WholeSite> = {
  name: 'stale-and-gone',
  failure: 'F5',
  does: 'a job of the worker grows stale just after the worker and the api were killed',
  cause: async ({ parts, database, prometheus, ending }) => {
    await parts.worker.stop()
    await database.run(
      `update poll_heartbeats set last_success_at = now() - make_interval(secs => $2) where job = $1`,
      [JOB, jobs[JOB].staleAfterSeconds - STALE_IN_SECONDS],
    )
    await parts.worker.start()
    const seen = async () =>
      (await prometheus.query(`vf_worker_poll_last_success_timestamp_seconds{job="${JOB}"}`))
        .length > 0
    await until('the heartbeat is scraped', seen, {
      withinMs: 60_000,
      everyMs: 500,
      signal: ending,
    })
    const since = new Date()
    await Promise.all([parts.worker.kill(), parts.api.kill()])
    return { since, mend: () => Promise.all([parts.worker.start(), parts.api.start()]) }
  },
  arrives: [
    { alert: 'WorkerDown', within: 4 * MINUTE, shows: / => 0 / },
    { alert: 'ApiDown', within: 4 * MINUTE, shows: / => 0 / },
  ],
  verify: async (site) => {
    const patience = { withinMs: 150_000, everyMs: 500, signal: site.ending }
    await until(`${STALE} is held back by WorkerDown`, () => isHeldBack(site), patience)
    await runJob(site, JOB)
  },
  resolvedWithin: 7 * MINUTE,
}
