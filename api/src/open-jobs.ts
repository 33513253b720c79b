import type { Logger } from 'pino'
import { createWorkerClients } from './clients/worker-clients.ts'
import type { WorkerConfig } from './config.ts'
import { openPool } from './db/pool.ts'
import type { JobContext } from './jobs/context.ts'
import { createWorkerMetrics } from './metrics.ts'

export interface JobsOptions {
  readonly config: WorkerConfig
  readonly log: Logger
  /** What the connections are called in `pg_stat_activity`. */
  readonly name: string
  /** How long the lock of a job stays taken at least; see `lingering`. */
  readonly lockForMs: number
}

/** Opens what every job needs, for the worker and for `run-job`. Connects to nothing. */
export function openJobs({ config, log, name, lockForMs }: JobsOptions) {
  const db = openPool({
    url: config.DATABASE_URL,
    name,
    size: 10,
    connectMs: 5000,
    statementMs: 60_000,
    log,
  })
  const metrics = createWorkerMetrics({
    log,
    db,
    databaseUrl: config.DATABASE_URL,
    lockForMs,
    version: config.BUILD_VERSION,
    revision: config.BUILD_REVISION,
  })
  const context: Omit<JobContext, 'signal'> = {
    db,
    log,
    now: () => new Date(),
    liftLimits: false,
    clients: createWorkerClients({ config, fetchFor: metrics.fetchFor, db }),
    reportLiveStreams: metrics.reportLiveStreams,
  }
  return { db, metrics, context }
}
