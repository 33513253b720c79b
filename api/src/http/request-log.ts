import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'
import { chooseRoute } from 'sideport'
import type { AppEnv } from './env.ts'
import { assignRequestId, chooseRequestId } from './request-id.ts'

const PROBES = /^\/_(liveness|readiness)$/

/**
 * Gives each request an id and writes one line when it has been answered. Query strings and bodies are left out: they may hold what must not be kept.
 */
export const requestLog =
  (log: Logger): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const startedAt = performance.now()
    const requestId = chooseRequestId(c.req.header('x-request-id'))
    if (c.env?.incoming) assignRequestId(c.env.incoming, requestId)
    c.set('requestId', requestId)
    c.set('noted', {})
    c.header('X-Request-Id', requestId)
    await next()
    if (PROBES.test(c.req.path)) return
    const { status } = c.res
    log[status >= 500 ? 'error' : 'info'](
      {
        request_id: requestId,
        method: c.req.method,
        path: c.req.path.slice(0, 200),
        // As in the metrics: a gate that refuses a request is not its route.
        route: chooseRoute(matchedRoutes(c)),
        status,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        ...c.get('noted'),
      },
      'request',
    )
  }
