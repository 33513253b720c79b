import type { ServerResponse } from 'node:http'
import { chooseRoute, mayAnswer, type Route } from './route.ts'

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
 * Tells the route of every request of `app` that came over a socket, without a middleware: one
 * asynchronous middleware turns Hono's synchronous path into promises, and that is most of what
 * measuring costs. Hono asks for the path, which names the response, and then at once for the
 * match, which names the route.
 */
export function tellRoutes(
  app: RoutedApp,
  tell: (response: ServerResponse, route: string) => void,
): void {
  const { getPath, router } = app
  const routeOf = createRouteCache(router)
  let asking: ServerResponse | undefined

  app.getPath = (request, options) => {
    const path = getPath(request, options)
    asking = (options?.env as { outgoing?: ServerResponse } | undefined)?.outgoing
    return path
  }

  // A stand-in, because a router replaces its own `match` when it has built its tables.
  app.router = {
    get name() {
      return router.name
    },
    add: (method, path, handler) => router.add(method, path, handler),
    match(method, path) {
      const result = router.match(method, path)
      if (asking) tell(asking, routeOf(result[0]))
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

/** The routes of an application that requests can be counted under, each method and pattern once. */
export function answeringRoutes(app: Pick<RoutedApp, 'routes'>): readonly Route[] {
  const routes = app.routes.filter(mayAnswer)
  return [...new Map(routes.map((route) => [`${route.method} ${route.path}`, route])).values()]
}
