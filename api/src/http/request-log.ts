import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { Logger } from 'pino'
import { chooseRoute } from 'sideport'
import type { AppEnv } from './context.ts'

const FORWARDED_ID = /^[\w-]{8,64}$/
const PROBES = /^\/_(liveness|readiness)$/
const REQUEST_ID = Symbol('request id')

type IdentifiedRequest = IncomingMessage & { [REQUEST_ID]?: string }

/** The id of a request, for code below the application; `undefined` where the request never reached it. */
export function requestIdOf(incoming: IncomingMessage): string | undefined {
  return (incoming as IdentifiedRequest)[REQUEST_ID]
}

/**
 * Gives each request an id and logs one line once it is answered. Query strings and bodies are left
 * out: they may hold secrets.
 */
export function requestLog(log: Logger): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const startedAt = performance.now()
    const requestId = chooseRequestId(c.req.header('x-request-id'))
    if (c.env?.incoming) (c.env.incoming as IdentifiedRequest)[REQUEST_ID] = requestId
    c.set('requestId', requestId)
    c.set('logFields', {})
    c.header('X-Request-Id', requestId)
    await next()
    if (PROBES.test(c.req.path)) return
    const { status } = c.res
    log[status >= 500 ? 'error' : 'info'](
      {
        request_id: requestId,
        method: c.req.method,
        path: c.req.path.slice(0, 200),
        // As in the metrics: a middleware that rejects a request is not its route.
        route: chooseRoute(matchedRoutes(c)),
        status,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        ...c.get('logFields'),
      },
      'request',
    )
  }
}

/** The id that the caller sent if it is well-formed, else a new one. */
function chooseRequestId(forwarded: string | undefined): string {
  return forwarded !== undefined && FORWARDED_ID.test(forwarded) ? forwarded : randomUUID()
}
