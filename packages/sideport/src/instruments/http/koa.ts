import type { IncomingMessage, ServerResponse } from 'node:http'
import { joinPatterns, pathOf, type Routing } from './routing.ts'

/** An entry of a router of `@koa/router`; without methods it is middleware. */
interface Layer {
  readonly path: unknown
  readonly methods: readonly string[]
}

interface Router {
  readonly stack: readonly Layer[]
  match(path: string, method: string): { readonly pathAndMethod: readonly Layer[] }
}

interface Context {
  readonly res: Outgoing
  readonly path: string
  readonly method: string
  readonly originalUrl: string
  readonly matched?: readonly Layer[]
}

/** The part of a Koa application that is used. */
export interface KoaApp {
  readonly context: object
  readonly middleware: readonly unknown[]
}

const MATCHED = Symbol('matched route')
type Outgoing = ServerResponse & { [MATCHED]?: { readonly path: unknown; readonly route: string } }

/**
 * The routing of a Koa 3 application with `@koa/router`, for `attach`. The route is the full pattern,
 * prefixes and `koa-mount` included; where a middleware answered, of the route it stands before. Call
 * it once all routes are there.
 *
 * @example http.attach(app.listen(3000), koaRoutes(app))
 */
export function koaRoutes(app: KoaApp): Routing {
  const routers = () =>
    app.middleware.flatMap((middleware) => (middleware as { router?: Router }).router ?? [])

  return {
    route(incoming: IncomingMessage, outgoing: Outgoing) {
      const reported = outgoing[MATCHED]
      if (reported) return reported.route
      const path = pathOf(incoming.url)
      for (const router of routers()) {
        const layer = router.match(path, incoming.method ?? 'GET').pathAndMethod.find(isRoute)
        if (layer) return String(layer.path)
      }
      return undefined
    },
    connect({ declare }) {
      watchMatches(app.context)
      for (const { path, methods } of routers().flatMap(({ stack }) => stack)) {
        for (const method of methods) if (method !== 'HEAD') declare(method, String(path))
      }
    },
  }
}

const isRoute = ({ methods }: Layer) => methods.length > 0

/**
 * The router tells a context each layer it runs, by `_matchedRoute`, and a response nothing. Before
 * the first it names the last layer that matches, though the first is the one that runs.
 */
function watchMatches(prototype: object): void {
  Object.defineProperty(prototype, '_matchedRoute', {
    configurable: true,
    get(this: Context) {
      return this.res[MATCHED]?.path
    },
    set(this: Context, path: unknown) {
      const layers = this.matched?.filter(isRoute) ?? []
      const isFirst = this.res[MATCHED] === undefined
      const layer = isFirst
        ? layers.find(({ methods }) => methods.includes(this.method))
        : layers.find((one) => one.path === path)
      if (!layer) return
      const route = joinPatterns(mountOf(this), String(layer.path))
      this.res[MATCHED] = { path, route }
    },
  })
}

/** What `koa-mount` has taken from the path; its prefixes have no parameters. */
function mountOf({ originalUrl, path }: Context): string {
  const whole = pathOf(originalUrl)
  if (whole.endsWith(path)) return whole.slice(0, whole.length - path.length)
  return path === '/' ? whole : ''
}
