import { Client, type Pool } from 'pg'
import type { Logger } from 'pino'
import {
  type CountedPool,
  createPolls,
  createPostgresHeartbeats,
  createPostgresLock,
  instrumentHttp,
  instrumentRuntime,
  poolGauges,
} from 'sideport'
import { PROBE_PATHS } from './config.ts'
import { lockAtLeastFor } from './db/job-lock.ts'
import { requestIdOf } from './http/request-log.ts'
import { createDomainGauges } from './telemetry/domain-gauges.ts'
import { createExternalFetch } from './telemetry/external-fetch.ts'
import { type JobName, jobs } from './telemetry/jobs.ts'
import { collectPostgres } from './telemetry/postgres-state.ts'
import { openSideport, type Service } from './telemetry/sideport.ts'
import { createWebhookMetrics } from './telemetry/webhook-metrics.ts'
import { readBacklog } from './webhooks/inbox.ts'

/** What both processes pass in. */
interface MetricsOptions {
  readonly log: Logger
  readonly version: string
  readonly revision: string
  /** Read by the domain gauges and the inbox gauges; its connections are counted. */
  readonly db: Pool
  /** Further pools whose connections are counted. */
  readonly otherPools?: readonly Pool[]
}

/** Records what both processes export. */
function recordShared(sideport: Service<'api'> | Service<'worker'>, options: MetricsOptions) {
  const { metrics } = sideport
  instrumentRuntime(sideport)
  metrics.buildInfo.set({ version: options.version, revision: options.revision }, 1)
  sideport.collect('process_clock', ['processClock'], () =>
    metrics.processClock.set(sideport.clock.now()),
  )
  sideport.collect(
    'db_pool',
    ['dbPoolConnections', 'dbPoolWaiting'],
    poolGauges(together([options.db, ...(options.otherPools ?? [])]), {
      connections: metrics.dbPoolConnections,
      waiting: metrics.dbPoolWaiting,
    }),
  )
}

/** Counts several pools as one. */
function together(pools: readonly Pool[]): CountedPool {
  const sum = (count: (pool: Pool) => number) =>
    pools.reduce((total, pool) => total + count(pool), 0)
  return {
    get totalCount() {
      return sum((pool) => pool.totalCount)
    },
    get idleCount() {
      return sum((pool) => pool.idleCount)
    },
    get waitingCount() {
      return sum((pool) => pool.waitingCount)
    },
  }
}

/** Creates the api's metrics and everything that records them. */
export function createApiMetrics(options: MetricsOptions) {
  const { log, db } = options
  const sideport = openSideport('api', log)
  const { metrics } = sideport
  recordShared(sideport, options)
  collectPostgres(sideport, db)

  const http = instrumentHttp({
    metrics: {
      requests: metrics.httpRequests,
      duration: metrics.httpRequestDuration,
      inFlight: metrics.httpRequestsInFlight,
    },
    exclude: Object.values(PROBE_PATHS),
    exemplar: (incoming) => {
      const id = requestIdOf(incoming)
      return id === undefined ? undefined : { labels: { request_id: id } }
    },
  })

  return {
    sideport,
    http,
    fetchFor: createExternalFetch(sideport),
    domainGauges: createDomainGauges(sideport, db, log),
    webhooks: createWebhookMetrics(sideport, () => readBacklog(db)),
  }
}

/** Creates the worker's metrics and everything that records them. */
export function createWorkerMetrics(
  options: MetricsOptions & {
    databaseUrl: string
    /** The shortest time that a job stays locked. @default 0 */
    lockForMs?: number
  },
) {
  const { log, db, databaseUrl, lockForMs = 0 } = options
  const sideport = openSideport('worker', log)
  const { metrics } = sideport
  recordShared(sideport, options)
  const lock = createPostgresLock({
    client: () => new Client({ connectionString: databaseUrl, application_name: 'worker-lock' }),
    log,
  })
  const heartbeats = createPostgresHeartbeats(db)
  const polls = createPolls({
    jobs,
    metrics: {
      runs: metrics.pollRuns,
      skipped: metrics.pollSkipped,
      duration: metrics.pollDuration,
      inProgress: metrics.pollInProgress,
      lastRun: metrics.pollLastRun,
      lastSuccess: metrics.pollLastSuccess,
      registered: metrics.pollRegistered,
      interval: metrics.pollInterval,
      heartbeatFailures: metrics.pollHeartbeatFailures,
    },
    store: heartbeats,
    lock: lockAtLeastFor(lockForMs, lock),
    log,
  })
  return {
    sideport,
    fetchFor: createExternalFetch(sideport),
    polls,
    heartbeats,
    reportLiveStreams: (count: number) => metrics.liveStreams.set(count),
    reportItems: (job: JobName, count: number) => metrics.pollItems.inc({ job }, count),
  }
}
