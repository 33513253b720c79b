import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { tooLarge } from './domain/errors.ts'
import { addAccountRoutes } from './features/accounts/routes.ts'
import { addCampaignRoutes } from './features/campaigns/routes.ts'
import { addDealRoutes } from './features/deals/routes.ts'
import { addNegotiationRoutes } from './features/negotiations/routes.ts'
import { addOfferRoutes } from './features/offers/routes.ts'
import { addSignInRoutes } from './features/sign-in/routes.ts'
import { sessionGate } from './features/sign-in/session.ts'
import { addStreamerRoutes } from './features/streamers/routes.ts'
import { addSubmissionRoutes } from './features/submissions/routes.ts'
import type { AppEnv, Services } from './http/context.ts'
import {
  errorHandler,
  type ReportError,
  rejectInvalidInput,
  unknownRouteHandler,
} from './http/errors.ts'
import { addOpenApiDocument } from './http/openapi.ts'
import { addProbes, type Health } from './http/probes.ts'
import { requestLog } from './http/request-log.ts'
import { addWebhookRoute, type ReceiverOptions } from './webhooks/receiver.ts'

export interface AppOptions {
  readonly services: Services
  readonly receiver: ReceiverOptions
  readonly health: Health
  readonly log: Logger
  /** Origins of the web front ends. */
  readonly origins: readonly string[]
  readonly report: ReportError
}

/** The largest body that the domain API reads, in bytes. */
const BODY_LIMIT = 64 * 1024

/**
 * Builds the application on :3000, its middleware in the order in which a request meets it. Requests
 * are measured at the server, below the application, so that no middleware can keep one uncounted.
 */
export function createApp(options: AppOptions): OpenAPIHono<AppEnv> {
  const { services, receiver, health, log, origins, report } = options
  const app = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalidInput })
  app.onError(errorHandler(report))
  app.notFound(unknownRouteHandler)

  app.use(requestLog(log))
  app.use(secureHeaders())
  addProbes(app, health)
  addWebhookRoute(app, receiver)
  addOpenApiDocument(app)

  app.use(
    '/api/*',
    cors({ origin: [...origins], credentials: true, exposeHeaders: ['X-Request-Id'] }),
  )
  app.use('/api/*', bodyLimit({ maxSize: BODY_LIMIT, onError: rejectLargeBody }))
  addSignInRoutes(app, services)

  app.use('/api/*', sessionGate(services.db))
  addAccountRoutes(app, services)
  addStreamerRoutes(app, services)
  addCampaignRoutes(app, services)
  addOfferRoutes(app, services)
  addNegotiationRoutes(app, services)
  addDealRoutes(app, services)
  addSubmissionRoutes(app, services)
  return app
}

function rejectLargeBody(): never {
  throw tooLarge(BODY_LIMIT)
}
