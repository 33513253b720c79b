import { Client, type Pool } from 'pg'
import type { Logger } from 'pino'
import { Registry } from 'prom-client'
import {
  countByStatus,
  createPolls,
  createPostgresHeartbeats,
  createPostgresLock,
  createSideport,
  createSqlGauges,
  instrumentHttp,
  instrumentRuntime,
  poolGauges,
  postgresQuery,
  recordFetch,
  runtimeMetrics,
  type Sideport,
} from 'sideport'
import { catalogue } from './catalogue/index.ts'
import {
  CAMPAIGN_STATUSES,
  DEAL_STATUSES,
  type EXTERNAL_OPERATIONS,
  NEGOTIATION_STATUSES,
  OFFER_STATUSES,
  SUBMISSION_STATUSES,
} from './catalogue/values.ts'
import type { OutsideFetch } from './clients/worker-clients.ts'
import { TOTALS } from './domain/totals.ts'
import { jobs } from './jobs/table.ts'
import { labelOf } from './webhooks/event-type.ts'
import type { Effect } from './webhooks/events/event.ts'
import { readBacklog } from './webhooks/inbox/backlog.ts'
import type { ReceiveResult } from './webhooks/receiver/receive.ts'

/** What both processes say about themselves. */
interface Process {
  readonly log: Logger
  readonly version: string
  readonly revision: string
  /** The pool whose connections are counted. */
  readonly db: Pool
}

type Operation<Target extends keyof typeof EXTERNAL_OPERATIONS> =
  (typeof EXTERNAL_OPERATIONS)[Target][number]

const everything = { ...catalogue, ...runtimeMetrics(['api', 'worker']) }

type Service<Exporter extends 'api' | 'worker'> = Sideport<typeof everything, Exporter>

const openSideport = <const Exporter extends 'api' | 'worker'>(service: Exporter, log: Logger) =>
  createSideport({
    catalogue: everything,
    exporter: service,
    registry: new Registry(),
    labels: { service },
    log,
  })

/** Fills what both processes export, and hands out the `fetch` of each outside service. */
const fillShared = (sideport: Service<'api'> | Service<'worker'>, process: Process) => {
  const { metrics } = sideport
  instrumentRuntime(sideport)
  metrics.buildInfo.set({ version: process.version, revision: process.revision }, 1)
  sideport.collect(
    'db_pool',
    ['dbPoolConnections', 'dbPoolWaiting'],
    poolGauges(process.db, {
      connections: metrics.dbPoolConnections,
      waiting: metrics.dbPoolWaiting,
    }),
  )
  const outbound = { attempts: metrics.externalHttp, duration: metrics.externalHttpDuration }
  const fetchFor: OutsideFetch = {
    kick: recordFetch<'kick', Operation<'kick'>>({ target: 'kick', metrics: outbound }),
    kick_oauth: recordFetch<'kick_oauth', Operation<'kick_oauth'>>({
      target: 'kick_oauth',
      metrics: outbound,
    }),
    x: recordFetch<'x', Operation<'x'>>({ target: 'x', metrics: outbound }),
    s3: recordFetch<'s3', Operation<'s3'>>({ target: 's3', metrics: outbound }),
    resend: recordFetch<'resend', Operation<'resend'>>({ target: 'resend', metrics: outbound }),
  }
  return fetchFor
}

/** The api's metrics and what fills them. */
export const createApiMetrics = (process: Process) => {
  const { log, db } = process
  const sideport = openSideport('api', log)
  const { metrics } = sideport
  const fetchFor = fillShared(sideport, process)

  const http = instrumentHttp({
    metrics: {
      requests: metrics.httpRequests,
      duration: metrics.httpRequestDuration,
      inFlight: metrics.httpRequestsInFlight,
    },
    exclude: ['/_liveness', '/_readiness'],
  })

  const domainTick = createSqlGauges({
    query: postgresQuery(db),
    metrics: { lastRefresh: metrics.domainLastRefresh, refreshes: metrics.domainRefresh },
    log,
    tables: [
      countByStatus({
        table: 'offers',
        statement: TOTALS.offers,
        statuses: OFFER_STATUSES,
        byStatus: metrics.offersByStatus,
        pending: {
          status: 'pending',
          oldest: metrics.domainOldestPending.with({ table: 'offers' }),
        },
      }),
      countByStatus({
        table: 'negotiations',
        statement: TOTALS.negotiations,
        statuses: NEGOTIATION_STATUSES,
        byStatus: metrics.negotiationsByStatus,
      }),
      countByStatus({
        table: 'deals',
        statement: TOTALS.deals,
        statuses: DEAL_STATUSES,
        byStatus: metrics.dealsByStatus,
      }),
      countByStatus({
        table: 'session_submissions',
        statement: TOTALS.session_submissions,
        statuses: SUBMISSION_STATUSES,
        byStatus: metrics.sessionSubmissionsByStatus,
        pending: {
          status: 'pending_review',
          oldest: metrics.domainOldestPending.with({ table: 'session_submissions' }),
        },
      }),
      countByStatus({
        table: 'campaigns',
        statement: TOTALS.campaigns,
        statuses: CAMPAIGN_STATUSES,
        byStatus: metrics.campaignsByStatus,
      }),
    ],
  })

  return { sideport, fetchFor, http, domainTick, webhooks: webhookMetrics(sideport, db) }
}

/** What the receiver and the processor of webhooks tell. */
const webhookMetrics = ({ metrics, collect }: Service<'api'>, db: Pool) => {
  const source = 'kick'
  const oldest = metrics.webhookOldestUnprocessed.with({ source })
  collect(
    'webhook_inbox',
    ['webhookBacklog', 'webhookOldestUnprocessed', 'webhookParked'],
    async () => {
      const backlog = await readBacklog(db)
      metrics.webhookBacklog.set({ source }, backlog.waiting)
      metrics.webhookParked.set({ source }, backlog.parked)
      if (backlog.oldest === null) oldest.remove()
      else oldest.set(backlog.oldest)
    },
  )
  return {
    received: (result: ReceiveResult, eventType: string | undefined, seconds: number) => {
      metrics.webhookReceived.inc({ source, event_type: labelOf(eventType), result })
      metrics.webhookReceiveDuration.observe({ source, result }, seconds)
    },
    /** @param at Unix seconds */
    verifiedAt: (at: number) => metrics.webhookLastReceived.set({ source }, at),
    processed: (eventType: string, result: Effect | 'error', seconds: number) => {
      metrics.webhookProcessed.inc({ source, event_type: labelOf(eventType), result })
      metrics.webhookProcessDuration.observe({ source, result }, seconds)
    },
  }
}

/** The worker's metrics and what fills them. */
export const createWorkerMetrics = (process: Process & { databaseUrl: string }) => {
  const { log, db, databaseUrl } = process
  const sideport = openSideport('worker', log)
  const { metrics } = sideport
  const fetchFor = fillShared(sideport, process)
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
    store: createPostgresHeartbeats(db),
    lock: createPostgresLock({
      client: () => new Client({ connectionString: databaseUrl, application_name: 'worker-lock' }),
      log,
    }),
    log,
  })
  return {
    sideport,
    fetchFor,
    polls,
    reportLiveStreams: (count: number) => metrics.liveStreams.set(count),
  }
}
