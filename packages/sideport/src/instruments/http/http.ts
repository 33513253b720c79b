import type { IncomingMessage, ServerResponse } from 'node:http'
import { createExchanges, type HttpOptions, type RouteReader } from './exchanges.ts'
import { answeringRoutes, createMiddleware, type HttpContext, type RoutedApp } from './hono.ts'
import { methodLabel } from './metrics.ts'
import type { Routing } from './routing.ts'

export interface HttpInstrument {
  /**
   * Measures below the framework: every request of `server`, routed or not. Handlers that are
   * synchronous stay synchronous. Takes a server of `node:http`, `node:https` or `node:http2`.
   *
   * @param routing `honoRoutes(app)`, `expressRoutes(app)`, `fastifyRoutes(app)`, `koaRoutes(app)`,
   * or a function of your own as `{ route }`.
   */
  attach(server: AttachableServer, routing: Routing): void
  /**
   * The same as a Hono middleware, for where the server is out of reach. Mount it before all others,
   * or what they answer themselves is not counted.
   *
   * @example app.use(http.middleware)
   */
  readonly middleware: (context: HttpContext, next: () => Promise<void>) => Promise<void>
  /**
   * Makes the counters of a success and of the failures of every route exist before they happen: an
   * alert sees the first 500 or 503 only where there was a 0 before it. Histograms come with requests.
   */
  declareRoutes(app: Pick<RoutedApp, 'routes'>): void
}

/** The part of a server that is used. */
export interface AttachableServer {
  // biome-ignore lint/suspicious/noExplicitAny: HTTP/1 and HTTP/2 name different classes here
  prependListener(event: 'request', listener: (...args: any[]) => void): unknown
}

/** What most requests and the alerts are about: 503 is a dead database. Other codes appear when they happen. */
const DECLARED_STATUSES = ['200', '500', '503']

/**
 * Measures HTTP requests: how many, how long to the last byte, how many are being answered. Attach it
 * to the server or mount it as a middleware; both record the same, and together they count once.
 *
 * @example
 * const http = instrumentHttp({ metrics: { requests, duration, inFlight }, exclude: ['/healthz'] })
 * http.attach(serve({ fetch: app.fetch, port: 3000 }), honoRoutes(app))
 */
export function instrumentHttp(options: HttpOptions): HttpInstrument {
  const exchanges = createExchanges(options)
  const { metrics, exclude = [] } = options

  function declare(method: string, route: string) {
    if (exclude.includes(route)) return
    // A route for all methods is declared for the commonest.
    const label = method === 'ALL' ? 'GET' : methodLabel(method)
    for (const status_code of DECLARED_STATUSES) {
      metrics.requests.with({ method: label, route, status_code })
    }
  }

  return {
    middleware: createMiddleware(exchanges),
    declareRoutes(app) {
      for (const { method, path } of answeringRoutes(app)) declare(method, path)
    },
    attach(server, routing) {
      // The applications of all four frameworks have a `route` of their own, or none.
      if (typeof routing?.route !== 'function' || 'get' in routing || 'use' in routing) {
        throw new Error(
          `attach(server, { route }) was given ${describe(routing)}: pass honoRoutes(app), expressRoutes(app), fastifyRoutes(app), koaRoutes(app), or { route: (incoming) => pattern }.`,
        )
      }
      const read: RouteReader = (incoming, outgoing) => routing.route(incoming, outgoing)
      const begin = (incoming: IncomingMessage, outgoing: ServerResponse) =>
        exchanges.begin(incoming, outgoing, read)
      server.prependListener('request', begin)
      routing.connect?.({ begin, matched: exchanges.matched, declare })
    },
  }
}

/** A value of the wrong kind, as an error message shows it. */
function describe(value: unknown): string {
  if (typeof value === 'function' || (typeof value === 'object' && value && 'use' in value)) {
    return 'an application'
  }
  return value === null || typeof value !== 'object'
    ? String(value)
    : `an object with ${Object.keys(value).join(', ') || 'no field'}`
}
