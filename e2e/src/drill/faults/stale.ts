import { type JobName, jobs } from '@verifluence/api/jobs'
import { staleAlert } from '@verifluence/monitoring/alerts'
import { until } from '@verifluence/testkit'
import { type Drill, type Expectation, MINUTE } from '../drill.ts'
import type { System } from '../environment/environment.ts'
import { runJob } from '../environment/fixtures.ts'

/** Seconds from a job's last success within which the notification must arrive. */
export const staleLimit = (job: JobName): number => jobs[job].staleAfterSeconds + 3 * MINUTE

/** The notification of a stale job, and what the first command of its runbook prints. */
export const staleExpectation = (job: JobName, shows: RegExp): Expectation => ({
  alert: staleAlert(job),
  within: staleLimit(job),
  shows,
})

const JOB = 'trust-score-refresh'
const STALE = staleAlert(JOB)

/** The job becomes stale after this time, when WorkerDown has been sent. */
const STALE_IN_SECONDS = 195

/** Past the threshold for longer than the rule waits and an evaluation takes. */
const OVERDUE = `time() - max(last_over_time(vf_worker_poll_last_success_timestamp_seconds{job="${JOB}"}[10m])) > ${jobs[JOB].staleAfterSeconds + 90}`

/** One cause, one message: WorkerDown explains the alerts of the worker's jobs, and nothing else. */
export const staleAndGone: Drill<System> = {
  name: 'stale-and-gone',
  failure: 'F5',
  does: 'a job of the worker becomes stale just after the worker and the api were killed',
  cause: async ({ services, database, prometheus, ending }) => {
    await services.worker.stop()
    await database.run(
      `update poll_heartbeats set last_success_at = now() - make_interval(secs => $2) where job = $1`,
      [JOB, jobs[JOB].staleAfterSeconds - STALE_IN_SECONDS],
    )
    await services.worker.start()
    const seen = async () =>
      (await prometheus.query(`vf_worker_poll_last_success_timestamp_seconds{job="${JOB}"}`))
        .length > 0
    await until('the heartbeat is scraped', seen, {
      withinMs: 60_000,
      everyMs: 500,
      signal: ending,
    })
    const since = new Date()
    await Promise.all([services.worker.kill(), services.api.kill()])
    return { since, recover: () => Promise.all([services.worker.start(), services.api.start()]) }
  },
  expects: [
    { alert: 'WorkerDown', within: 4 * MINUTE, shows: / => 0 / },
    { alert: 'ApiDown', within: 4 * MINUTE, shows: / => 0 / },
  ],
  verify: async (system) => {
    const { prometheus, alertmanager, ending } = system
    const isOverdue = async () => (await prometheus.query(OVERDUE)).length > 0
    await until(`${JOB} is overdue`, isOverdue, {
      withinMs: 240_000,
      everyMs: 500,
      signal: ending,
    })
    const alerts = await alertmanager.alerts()
    if (alerts.some(({ labels }) => labels.alertname === STALE))
      throw new Error(`${STALE} fires although WorkerDown explains it`)
    await runJob(system, JOB)
  },
  resolvedWithin: 7 * MINUTE,
}
