/** The worker process: jobs by the clock, probes on one port, metrics on another. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { readConfig, workerEnvironment } from './config.ts'
import { migrate } from './db/migrate.ts'
import type { AppEnv } from './http/env.ts'
import { createHealth } from './http/health.ts'
import { listen } from './http/listen.ts'
import { startSentry } from './http/sentry.ts'
import { openJobs } from './jobs/open.ts'
import { isMain, live, type Running } from './lifecycle.ts'
import { createLog } from './log.ts'
import { addProbes } from './routes/probes.ts'
import { schedule } from './schedule.ts'

/** More than the clocks of two replicas are apart, less than any two runs of a job. */
const LOCK_FOR_MS = 5000

/** Starts the worker: everything is up when it resolves. @throws Error with one sentence. */
export const startWorker = async (environment: NodeJS.ProcessEnv): Promise<Running> => {
  const config = readConfig(workerEnvironment, environment)
  const log = createLog('worker', config.LOG_LEVEL)
  const report = await startSentry(config.SENTRY_DSN, config.BUILD_VERSION)
  await migrate(config.DATABASE_URL, log)

  const { db, metrics, context } = openJobs({
    config,
    log,
    name: 'worker',
    lockForMs: LOCK_FOR_MS,
  })
  // Before the first scrape: what succeeded before a deploy still counts after it.
  await metrics.polls.load()

  const health = createHealth(db)
  const probes = new OpenAPIHono<AppEnv>()
  addProbes(probes, health)
  const host = config.BIND_HOST
  const side = await metrics.sideport.listen({ port: config.WORKER_METRICS_PORT, host })
  const front = await listen(probes.fetch, {
    port: config.WORKER_PORT,
    host,
    variable: 'WORKER_PORT',
  })

  const { polls, heartbeats } = metrics
  const schedules = schedule({ polls, heartbeats, report, context })
  return {
    log,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    ports: { front: front.port, metrics: side.port },
    leave: health.leave,
    stop: async () => {
      await schedules.stop(config.SHUTDOWN_GRACE_SECONDS)
      await metrics.polls.flush()
      await front.close(1)
      await db.end()
      await side.close()
    },
  }
}

if (isMain(import.meta.filename)) await live(startWorker)
