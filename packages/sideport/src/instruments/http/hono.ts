import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Exchanges } from './exchanges.ts'
import { UNMATCHED } from './metrics.ts'
import type { Routing } from './routing.ts'

/** A route as Hono registers it. */
export interface Route {
  readonly method: string
  readonly path: string
  // biome-ignore lint/complexity/noBannedTypes: only its arity and its source are looked at
  readonly handler: Function
}

/** What Hono registers middleware, `all` and mounted applications under. */
const EVERY_METHOD = 'ALL'

/**
 * Returns the pattern of the route that answers, from all routes that match a request, in order.
 * It depends on nothing else, so it may be asked before the request is handled, and a gate that
 * refuses the request does not change the answer.
 *
 * The first handler that takes no `next` answers, for nothing behind it can be reached. Where all
 * take `next`, the last one registered for a method does. The rest is middleware, which has no
 * route of its own.
 */
export function chooseRoute(matched: readonly Route[]): string {
  for (const route of matched) if (endsTheChain(route)) return route.path
  const answering =
    matched.findLast(({ method }) => method !== EVERY_METHOD) ??
    // Without parameters: a handler for all methods, unless it is a wrapper of `(...args)`, which
    // hides what it wraps.
    matched.find(({ handler }) => targetOf(handler).length === 0 && !takesRest(handler))
  return answering?.path ?? UNMATCHED
}

/** Whether this can be nothing but the handler of a route. */
function endsTheChain(route: Route): boolean {
  const parameters = targetOf(route.handler).length
  if (route.method !== EVERY_METHOD) return parameters < 2
  return parameters === 1 || isMount(route.handler)
}

/** Whether requests can be counted under this route's pattern. */
const mayAnswer = (route: Route): boolean => route.method !== EVERY_METHOD || endsTheChain(route)

/**
 * The handler itself: an application with an error handler of its own wraps its handlers when it
 * becomes a part of another (https://github.com/honojs/hono/blob/main/src/utils/handler.ts).
 */
function targetOf(handler: Route['handler']): Route['handler'] {
  const target = (handler as { __COMPOSED_HANDLER?: Route['handler'] }).__COMPOSED_HANDLER
  return target ? targetOf(target) : handler
}

/** Makes a question about a handler that its source answers, in a shape that minifying keeps. */
function bySource(shape: RegExp): (handler: Route['handler']) => boolean {
  const answers = new WeakMap<Route['handler'], boolean>()
  return (handler) => {
    const answer = answers.get(handler) ?? shape.test(targetOf(handler).toString())
    answers.set(handler, answer)
    return answer
  }
}

/**
 * Whether this is a mounted application. Hono registers it exactly as it does middleware, so only its
 * source shows that it passes on the request, and behind it what it spreads
 * (https://github.com/honojs/hono/blob/main/src/middleware/mount/index.ts).
 */
const isMount = bySource(/\(([\w$]+)\.req\.raw\)[^;]*\.\.\.[\w$]+\(\1\)\s*\)/)

/** Whether its first parameter takes all the rest. */
const takesRest = bySource(/^[^(]*\(\s*\.\.\./)

type Entry = readonly [readonly [unknown, Route], ...unknown[]]

/** The part of a Hono application that is used. */
export interface RoutedApp {
  getPath(request: Request, options?: { env?: unknown }): string
  router: {
    readonly name: string
    add(method: string, path: string, handler: [unknown, Route]): void
    match(method: string, path: string): readonly [readonly Entry[], ...unknown[]]
  }
  readonly routes: readonly Route[]
}

/**
 * Reports the route of every request of `app` that came over a socket, without a middleware: one
 * asynchronous middleware turns Hono's synchronous path into promises, and that is most of what
 * measuring costs. Hono asks for the path, which names the response, and then at once for the
 * match, which names the route.
 */
function reportRoutes(
  app: RoutedApp,
  report: (response: ServerResponse, route: string) => void,
): void {
  const { getPath, router } = app
  const routeOf = createRouteCache(router)
  let asking: ServerResponse | undefined

  app.getPath = (request, options) => {
    const path = getPath(request, options)
    asking = (options?.env as { outgoing?: ServerResponse } | undefined)?.outgoing
    return path
  }

  // A wrapper, because a router replaces its own `match` when it has built its tables.
  app.router = {
    get name() {
      return router.name
    },
    add: (method, path, handler) => router.add(method, path, handler),
    match(method, path) {
      const result = router.match(method, path)
      if (asking) report(asking, routeOf(result[0]))
      // Or the last response would be kept until the next request.
      asking = undefined
      return result
    },
  }
}

/**
 * Hono's fast router answers equal matches with the same list, so its route is chosen once. The
 * general router makes a new list each time, and remembering those would cost more than choosing.
 */
function createRouteCache(router: RoutedApp['router']) {
  const routes = new WeakMap<readonly Entry[], string>()
  return (entries: readonly Entry[]): string => {
    const known = routes.get(entries)
    if (known !== undefined) return known
    const route = chooseRoute(entries.map(([[, registered]]) => registered))
    if (router.name.includes('RegExpRouter') && entries.length > 0) routes.set(entries, route)
    return route
  }
}

/**
 * The routing of a Hono application on `@hono/node-server`, for `attach`. The route is the pattern of
 * the handler that answers, whatever a middleware does before it. Call it once all routes are there.
 *
 * @example http.attach(serve({ fetch: app.fetch, port: 3000 }), honoRoutes(app))
 */
export function honoRoutes(app: RoutedApp): Routing {
  return {
    route: () => undefined,
    connect({ matched, declare }) {
      reportRoutes(app, matched)
      for (const { method, path } of answeringRoutes(app)) declare(method, path)
    },
  }
}

/** The routes of an application that requests can be counted under, each method and pattern once. */
export function answeringRoutes(app: Pick<RoutedApp, 'routes'>): readonly Route[] {
  const routes = app.routes.filter(mayAnswer)
  return [...new Map(routes.map((route) => [`${route.method} ${route.path}`, route])).values()]
}

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

/** Records the requests that pass through a Hono middleware. */
export function createMiddleware(exchanges: Exchanges) {
  return function httpMetrics(context: HttpContext, next: () => Promise<void>): Promise<void> {
    const { incoming, outgoing } = (context.env ?? {}) as NodeEnv
    if (!incoming) return withoutSocket(context, next)
    // The handshake of a WebSocket has no response to watch.
    if (!outgoing) return next()
    exchanges.begin(incoming, outgoing)
    exchanges.matched(outgoing, chooseRoute(context.req.matchedRoutes))
    return next()
  }

  /** Outside Node the last byte is not observable: the request ends when its response exists. */
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
