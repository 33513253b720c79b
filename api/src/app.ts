import { OpenAPIHono } from '@hono/zod-openapi'
import { cors } from 'hono/cors'
import { secureHeaders } from 'hono/secure-headers'
import type { Logger } from 'pino'
import { addAccountRoutes } from './features/accounts/routes.ts'
import { addCampaignRoutes } from './features/campaigns/routes.ts'
import { addDealRoutes } from './features/deals/routes.ts'
import { addNegotiationRoutes } from './features/negotiations/routes.ts'
import { addOfferRoutes } from './features/offers/routes.ts'
import { addSignInRoutes, signInRateLimit } from './features/sign-in/routes.ts'
import { sessionGate } from './features/sign-in/session.ts'
import { addStreamerRoutes } from './features/streamers/routes.ts'
import { addSubmissionRoutes } from './features/submissions/routes.ts'
import { createBodyReader, readBodies } from './http/body.ts'
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
  readonly receiver: Omit<ReceiverOptions, 'bodies'>
  readonly health: Health
  readonly log: Logger
  /** Origins of the web front ends. */
  readonly origins: readonly string[]
  readonly report: ReportError
}

/** The largest body that the domain API reads, in bytes. */
const BODY_LIMIT = 64 * 1024
/** What all unfinished bodies may take together: a small part of the pod's memory. */
const UNFINISHED_BODIES_LIMIT = 32 * 1024 * 1024

/**
 * Builds the application on :3000, its middleware in the order in which a request meets it. Requests
 * are measured at the server, below the application, so that no middleware can keep one uncounted.
 */
export function createApp(options: AppOptions): OpenAPIHono<AppEnv> {
  const { services, receiver, health, log, origins, report } = options
  const bodies = createBodyReader({ totalBytes: UNFINISHED_BODIES_LIMIT })
  const app = new OpenAPIHono<AppEnv>({ defaultHook: rejectInvalidInput })
  app.onError(errorHandler(report))
  app.notFound(unknownRouteHandler)

  app.use(requestLog(log))
  app.use(secureHeaders())
  addProbes(app, health)
  addWebhookRoute(app, { ...receiver, bodies })
  addOpenApiDocument(app)

  app.use(
    '/api/*',
    cors({ origin: [...origins], credentials: true, exposeHeaders: ['X-Request-Id'] }),
  )
  app.use('/api/sign-in/*', signInRateLimit(services), readBodies(bodies, BODY_LIMIT))
  addSignInRoutes(app, services)

  app.use('/api/*', sessionGate(services.db), readBodies(bodies, BODY_LIMIT))
  addAccountRoutes(app, services)
  addStreamerRoutes(app, services)
  addCampaignRoutes(app, services)
  addOfferRoutes(app, services)
  addNegotiationRoutes(app, services)
  addDealRoutes(app, services)
  addSubmissionRoutes(app, services)
  return app
}
