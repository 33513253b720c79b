/** The worker process: scheduled jobs, probes on one port, metrics on another. */
import { OpenAPIHono } from '@hono/zod-openapi'
import { readConfig, workerEnvironment } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openPool } from './db/pool.ts'
import type { AppEnv } from './http/context.ts'
import { listen } from './http/listen.ts'
import { addProbes, createHealth } from './http/probes.ts'
import { startSentry } from './http/sentry.ts'
import { startSchedule } from './jobs/schedule.ts'
import { isMain, type Running, runProcess } from './lifecycle.ts'
import { createLog } from './log.ts'
import { openJobs } from './open-jobs.ts'

/** More than the clocks of two replicas differ, less than the time between two runs of any job. */
const LOCK_FOR_MS = 5000

/** Starts the worker; resolves once everything is up. @throws Error with one sentence. */
export async function startWorker(environment: NodeJS.ProcessEnv): Promise<Running> {
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
  // Before the first scrape: a success before a deploy still counts after it.
  await metrics.polls.load()

  // A connection of its own: jobs may use all of the others.
  const probeDb = openPool({
    url: config.DATABASE_URL,
    name: 'worker-probes',
    size: 1,
    connectMs: 1000,
    statementMs: 1000,
    log,
  })
  const health = createHealth(probeDb)
  const probes = new OpenAPIHono<AppEnv>()
  addProbes(probes, health)
  const host = config.BIND_HOST
  const side = await metrics.sideport.listen({ port: config.WORKER_METRICS_PORT, host })
  const front = await listen(probes.fetch, {
    port: config.WORKER_PORT,
    host,
    variable: 'WORKER_PORT',
  })

  const { polls, heartbeats, reportItems } = metrics
  const schedule = startSchedule({ polls, heartbeats, report, reportItems, context })
  return {
    log,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    ports: { front: front.port, metrics: side.port },
    drain: () => {
      health.drain()
      front.drain()
    },
    stop: async () => {
      await schedule.stop(config.SHUTDOWN_GRACE_SECONDS)
      await metrics.polls.flush()
      await front.close(1)
      await Promise.all([db.end(), probeDb.end()])
      await side.close()
    },
  }
}

if (isMain(import.meta.filename)) await runProcess(startWorker)
