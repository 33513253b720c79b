/** The api process: application traffic on one port, metrics on another. */
import { honoRoutes } from 'sideport/hono'
import { createApp } from './app.ts'
import { createEmailSender } from './clients/resend.ts'
import { apiEnvironment, readConfig } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openPool } from './db/pool.ts'
import { every } from './every.ts'
import { applyDeadlines } from './features/deadlines.ts'
import { listen } from './http/listen.ts'
import { createHealth } from './http/probes.ts'
import { startSentry } from './http/sentry.ts'
import { isMain, type Running, runProcess } from './lifecycle.ts'
import { createLog } from './log.ts'
import { createApiMetrics } from './metrics.ts'
import { lastReceived } from './webhooks/inbox.ts'
import { startProcessor } from './webhooks/processor.ts'
import { createPublicKeys, kickKeySource } from './webhooks/public-key.ts'
import { createStore } from './webhooks/store.ts'
import { startKnownSubscriptions } from './webhooks/subscriptions.ts'

const DEADLINES_EVERY_SECONDS = 30

/** Starts the api; resolves once everything is up. @throws Error with one sentence. */
export async function startApi(environment: NodeJS.ProcessEnv): Promise<Running> {
  const config = readConfig(apiEnvironment, environment)
  const log = createLog('api', config.LOG_LEVEL)
  const report = await startSentry(config.SENTRY_DSN, config.BUILD_VERSION)
  const now = () => new Date()
  await migrate(config.DATABASE_URL, log)

  const limits = { url: config.DATABASE_URL, statementMs: 5000, log }
  const db = openPool({ ...limits, name: 'api', size: 10, connectMs: 2000 })
  // The receiver has its own connections: busy routes must not delay Kick's deliveries.
  const inboxDb = openPool({
    ...limits,
    name: 'api-inbox',
    size: 5,
    connectMs: 700,
    statementMs: 1000,
  })

  // Probes and scrapes have theirs: an api whose routes wait for a lock is ready, and is seen.
  const probeDb = openPool({
    ...limits,
    name: 'api-probes',
    size: 1,
    connectMs: 1000,
    statementMs: 1000,
  })
  const scrapeDb = openPool({ ...limits, name: 'api-metrics', size: 2, connectMs: 2000 })

  const metrics = createApiMetrics({
    log,
    db: scrapeDb,
    otherPools: [db, inboxDb, probeDb],
    version: config.BUILD_VERSION,
    revision: config.BUILD_REVISION,
  })
  const health = createHealth(probeDb)

  const last = await lastReceived(db)
  if (last !== undefined) metrics.webhooks.verified(last)
  const { KICK_API_URL: baseUrl } = config
  const keys = createPublicKeys(
    kickKeySource({ baseUrl, fetchFor: metrics.fetchFor.kick, db, log }),
  )
  // Fetched ahead, so that the first delivery does not wait; after a failure that delivery asks again.
  void keys
    .current()
    .catch((err: unknown) => log.warn({ err }, "Kick's public key is not known yet"))
  const subscriptions = startKnownSubscriptions(db, log)
  const processor = startProcessor({ db, log, metrics: metrics.webhooks })

  const app = createApp({
    services: {
      clientAddressHeader: config.CLIENT_ADDRESS_HEADER,
      db,
      email: createEmailSender({
        baseUrl: config.RESEND_API_URL,
        apiKey: config.RESEND_API_KEY,
        from: config.EMAIL_FROM,
        fetchFor: metrics.fetchFor.resend,
      }),
    },
    receiver: {
      now,
      keys,
      store: createStore(inboxDb),
      metrics: metrics.webhooks,
      isOwn: subscriptions.isOwn,
      wakeProcessor: processor.wake,
    },
    health,
    log,
    origins: config.CORS_ORIGINS,
    report,
  })

  const host = config.BIND_HOST
  const side = await metrics.sideport.listen({ port: config.API_METRICS_PORT, host })
  const front = await listen(app.fetch, {
    port: config.API_PORT,
    host,
    variable: 'API_PORT',
    prepare: (server) => metrics.http.attach(server, honoRoutes(app)),
  })
  const deadlines = every(DEADLINES_EVERY_SECONDS, 'applying deadlines', log, () =>
    applyDeadlines(db, log),
  )
  void metrics.domainGauges.start()
  return {
    log,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    ports: { front: front.port, metrics: side.port },
    drain: () => {
      health.drain()
      front.drain()
    },
    stop: async () => {
      await front.close(config.SHUTDOWN_GRACE_SECONDS)
      await Promise.all([
        deadlines.stop(),
        metrics.domainGauges.stop(),
        processor.stop(),
        subscriptions.stop(),
      ])
      await Promise.all([db, inboxDb, probeDb, scrapeDb].map((pool) => pool.end()))
      // Last, so that the final scrape still sees how the drain went.
      await side.close()
    },
  }
}

if (isMain(import.meta.filename)) await runProcess(startApi)
