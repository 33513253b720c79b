import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchanges } from './exchanges.ts'
import { chooseRoute, type Route } from './route.ts'

/** The part of Hono's context that is used. */
export interface HttpContext {
  readonly env: unknown
  readonly req: { readonly method: string; readonly matchedRoutes: readonly Route[] }
  readonly res: { readonly status: number }
}

interface NodeEnv {
  readonly incoming?: IncomingMessage
  readonly outgoing?: ServerResponse
}

/** Notes the requests that pass through a Hono middleware. */
export function createMiddleware(exchanges: Exchanges) {
  return function httpMetrics(context: HttpContext, next: () => Promise<void>): Promise<void> {
    const { incoming, outgoing } = (context.env ?? {}) as NodeEnv
    if (!incoming) return withoutSocket(context, next)
    // The handshake of a WebSocket: no response will tell how it ended.
    if (!outgoing) return next()
    exchanges.begin(incoming, outgoing)
    exchanges.matched(outgoing, chooseRoute(context.req.matchedRoutes))
    return next()
  }

  /** Away from Node nobody tells when the last byte is written: the response's birth must do. */
  async function withoutSocket(context: HttpContext, next: () => Promise<void>) {
    const { method, matchedRoutes } = context.req
    const end = exchanges.beginDetached(method, chooseRoute(matchedRoutes))
    let status = 500
    try {
      await next()
      status = context.res.status
    } finally {
      end(status)
    }
  }
}
