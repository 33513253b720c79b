import type { Server } from 'node:http'
import { createExchanges, type HttpOptions } from './exchanges.ts'
import {
  answeringRoutes,
  createMiddleware,
  type HttpContext,
  type RoutedApp,
  reportRoutes,
} from './hono.ts'
import { methodLabel } from './metrics.ts'

export interface HttpInstrument {
  /**
   * Measures below the framework: every request of `server`, answered by `app` or not. Handlers that
   * are synchronous stay synchronous. Declares the routes of `app`, so call it once all are there.
   */
  attach(server: Server, app: RoutedApp): void
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

/** What most requests and the alerts are about: 503 is a dead database. Other codes appear when they happen. */
const DECLARED_STATUSES = ['200', '500', '503']

/**
 * Measures HTTP requests: how many, how long to the last byte, how many are being answered. Attach it
 * to the server or mount it as a middleware; both record the same, and together they count once.
 *
 * @example
 * const http = instrumentHttp({ metrics: { requests, duration, inFlight }, exclude: ['/healthz'] })
 * http.attach(serve({ fetch: app.fetch, port: 3000 }), app)
 */
export function instrumentHttp(options: HttpOptions): HttpInstrument {
  const exchanges = createExchanges(options)
  const { metrics, exclude = [] } = options

  function declareRoutes(app: Pick<RoutedApp, 'routes'>) {
    for (const { method, path } of answeringRoutes(app)) {
      // A route for all methods is declared for the commonest.
      const label = method === 'ALL' ? 'GET' : methodLabel(method)
      if (exclude.includes(path)) continue
      for (const status_code of DECLARED_STATUSES) {
        metrics.requests.with({ method: label, route: path, status_code })
      }
    }
  }

  return {
    middleware: createMiddleware(exchanges),
    declareRoutes,
    attach(server, app) {
      server.prependListener('request', exchanges.begin)
      reportRoutes(app, exchanges.matched)
      declareRoutes(app)
    },
  }
}
