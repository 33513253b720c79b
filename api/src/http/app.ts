import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { sessionGate } from '../auth/session.ts'
import { memberRoutes, openRoutes } from '../routes/index.ts'
import { addKickWebhook } from '../routes/kick-webhook.ts'
import { addProbes } from '../routes/probes.ts'
import type { Receiving } from '../webhooks/receiver/receive.ts'
import { answerError, answerUnknownRoute, type ReportError } from './answer-error.ts'
import { refuseInput } from './answer-input.ts'
import { addDocument } from './document.ts'
import type { AppEnv } from './env.ts'
import type { Health } from './health.ts'
import { tooLarge } from './refusal.ts'
import { requestLog } from './request-log.ts'
import type { Services } from './services.ts'

export interface AppOptions {
  readonly services: Services
  readonly receiving: Receiving
  readonly health: Health
  readonly log: Logger
  /** Origins of the web front ends. */
  readonly origins: readonly string[]
  readonly report: ReportError
}

/** The largest body the domain API reads. */
const BODY_LIMIT = 64 * 1024

/**
 * The application port: who may pass, in the order in which a request meets them. Requests are
 * measured below it, at the server, so that nothing in here can keep one from being counted.
 */
export const createApp = (options: AppOptions): OpenAPIHono<AppEnv> => {
  const { services, receiving, health, log, origins, report } = options
  const app = new OpenAPIHono<AppEnv>({ defaultHook: refuseInput })
  app.onError(answerError(report))
  app.notFound(answerUnknownRoute)

  app.use(requestLog(log))
  app.use(secureHeaders())
  addProbes(app, health)
  addKickWebhook(app, receiving)
  addDocument(app)

  app.use(
    '/api/*',
    cors({ origin: [...origins], credentials: true, exposeHeaders: ['X-Request-Id'] }),
  )
  app.use('/api/*', bodyLimit({ maxSize: BODY_LIMIT, onError: refuseLarge }))
  for (const add of openRoutes) add(app, services)
  app.use('/api/*', sessionGate(services.db))
  for (const add of memberRoutes) add(app, services)
  return app
}

const refuseLarge = () => {
  throw tooLarge(BODY_LIMIT)
}
