import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { Logger } from 'pino'
import type { AppEnv } from './env.ts'

const FORWARDED_ID = /^[\w-]{8,64}$/
const PROBES = /^\/_(liveness|readiness)$/

/**
 * Gives each request an id, the one its caller sent if it looks like one, and writes one line when it
 * has been answered. Query strings and bodies are left out: they may hold what must not be kept.
 */
export const requestLog =
  (log: Logger): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const startedAt = performance.now()
    const forwarded = c.req.header('x-request-id') ?? ''
    const requestId = FORWARDED_ID.test(forwarded) ? forwarded : randomUUID()
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
        route: routePath(c),
        status,
        ms: Math.round((performance.now() - startedAt) * 10) / 10,
        ...c.get('noted'),
      },
      'request',
    )
  }
