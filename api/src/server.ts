/** The api process: application traffic on one port, metrics on another. */
import { createEmailSender } from './clients/resend.ts'
import { apiEnvironment, readConfig } from './config.ts'
import { migrate } from './db/migrate.ts'
import { openPool } from './db/pool.ts'
import { applyDeadlines } from './domain/deadlines.ts'
import { every } from './every.ts'
import { createApp } from './http/app.ts'
import { createHealth } from './http/health.ts'
import { listen } from './http/listen.ts'
import { startSentry } from './http/sentry.ts'
import { isMain, live, type Running } from './lifecycle.ts'
import { createLog } from './log.ts'
import { createApiMetrics } from './metrics.ts'
import { startInbox } from './webhooks/index.ts'

const DEADLINES_EVERY_SECONDS = 30

/** Starts the api: everything is up when it resolves. @throws Error with one sentence. */
export const startApi = async (environment: NodeJS.ProcessEnv): Promise<Running> => {
  const config = readConfig(apiEnvironment, environment)
  const log = createLog('api', config.LOG_LEVEL)
  const report = await startSentry(config.SENTRY_DSN, config.BUILD_VERSION)
  await migrate(config.DATABASE_URL, log)

  const limits = { url: config.DATABASE_URL, statementMs: 5000, log }
  const db = openPool({ ...limits, name: 'api', size: 10, connectMs: 2000 })
  // The receiver has connections of its own: busy routes must not make Kick wait.
  const inboxDb = openPool({
    ...limits,
    name: 'api-inbox',
    size: 5,
    connectMs: 700,
    statementMs: 1000,
  })

  const metrics = createApiMetrics({
    log,
    db,
    otherPools: [inboxDb],
    version: config.BUILD_VERSION,
    revision: config.BUILD_REVISION,
  })
  const health = createHealth(db)
  const inbox = await startInbox({ config, db, inboxDb, log, metrics })
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
    receiving: inbox.receiving,
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
    prepare: (server) => metrics.http.attach(server, app),
  })
  const deadlines = every(DEADLINES_EVERY_SECONDS, 'applying deadlines', log, () =>
    applyDeadlines(db, log),
  )
  void metrics.domainTick.start()
  return {
    log,
    graceSeconds: config.SHUTDOWN_GRACE_SECONDS,
    ports: { front: front.port, metrics: side.port },
    leave: health.leave,
    stop: async () => {
      await front.close(config.SHUTDOWN_GRACE_SECONDS)
      await Promise.all([deadlines.stop(), metrics.domainTick.stop(), inbox.stop()])
      await Promise.all([db.end(), inboxDb.end()])
      // Last, so that the final scrape still sees how the drain went.
      await side.close()
    },
  }
}

if (isMain(import.meta.filename)) await live(startApi)
