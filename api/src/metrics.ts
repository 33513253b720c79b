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
import { lingering } from './db/lingering-lock.ts'
import { requestIdOf } from './http/request-id.ts'
import { jobs } from './jobs/table.ts'
import { createDomainTick } from './metrics/domain-tick.ts'
import { recordOutside } from './metrics/outside.ts'
import { openSideport, type Service } from './metrics/service.ts'
import { recordWebhooks } from './metrics/webhooks.ts'

/** What both processes say about themselves. */
interface Process {
  readonly log: Logger
  readonly version: string
  readonly revision: string
  /** Where it asks for what it exports; its connections are counted. */
  readonly db: Pool
  /** Further pools whose connections are counted. */
  readonly otherPools?: readonly Pool[]
}

/** Fills what both processes export. */
const fillShared = (sideport: Service<'api'> | Service<'worker'>, process: Process) => {
  const { metrics } = sideport
  instrumentRuntime(sideport)
  metrics.buildInfo.set({ version: process.version, revision: process.revision }, 1)
  sideport.collect(
    'db_pool',
    ['dbPoolConnections', 'dbPoolWaiting'],
    poolGauges(together([process.db, ...(process.otherPools ?? [])]), {
      connections: metrics.dbPoolConnections,
      waiting: metrics.dbPoolWaiting,
    }),
  )
}

/** Several pools, counted as one. */
const together = (pools: readonly Pool[]): CountedPool => {
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

/** The api's metrics and what fills them. */
export const createApiMetrics = (process: Process) => {
  const { log, db } = process
  const sideport = openSideport('api', log)
  const { metrics } = sideport
  fillShared(sideport, process)

  const http = instrumentHttp({
    metrics: {
      requests: metrics.httpRequests,
      duration: metrics.httpRequestDuration,
      inFlight: metrics.httpRequestsInFlight,
    },
    exclude: ['/_liveness', '/_readiness'],
    exemplar: (incoming) => {
      const id = requestIdOf(incoming)
      return id === undefined ? undefined : { labels: { request_id: id } }
    },
  })

  return {
    sideport,
    http,
    fetchFor: recordOutside(sideport),
    domainTick: createDomainTick(sideport, db, log),
    webhooks: recordWebhooks(sideport, db),
  }
}

/** The worker's metrics and what fills them. */
export const createWorkerMetrics = (
  process: Process & {
    databaseUrl: string
    /** How long the lock of a job stays taken at least. @default 0 */
    lockForMs?: number
  },
) => {
  const { log, db, databaseUrl, lockForMs = 0 } = process
  const sideport = openSideport('worker', log)
  const { metrics } = sideport
  fillShared(sideport, process)
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
    lock: lingering(lock, lockForMs),
    log,
  })
  return {
    sideport,
    fetchFor: recordOutside(sideport),
    polls,
    heartbeats,
    reportLiveStreams: (count: number) => metrics.liveStreams.set(count),
  }
}
