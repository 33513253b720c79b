import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Routing } from './routing.ts'

interface Request {
  readonly raw: unknown
  readonly routeOptions: { readonly url?: string | undefined }
}

interface RegisteredRoute {
  readonly method: string | readonly string[]
  readonly url: string
}

/** The part of a Fastify application that is used. */
export interface FastifyApp {
  addHook(
    name: 'onRequest',
    hook: (request: Request, reply: { readonly raw: unknown }, done: () => void) => void,
  ): unknown
  addHook(name: 'onRoute', hook: (route: RegisteredRoute) => void): unknown
}

/**
 * The routing of a Fastify 5 application, for `attach`. Call it before plugins and routes are
 * registered: a hook that answers before this one hides the route.
 *
 * @example
 * const app = Fastify()
 * http.attach(app.server, fastifyRoutes(app))
 */
export function fastifyRoutes(app: FastifyApp): Routing {
  return {
    route: () => undefined,
    connect({ begin, matched, declare }) {
      app.addHook('onRequest', (request, reply, done) => {
        const outgoing = reply.raw as ServerResponse
        // Fastify opens a second server where `localhost` has two addresses; `inject` has no socket.
        if (outgoing.socket?.remoteAddress) begin(request.raw as IncomingMessage, outgoing)
        const { url } = request.routeOptions
        if (url !== undefined) matched(outgoing, url)
        done()
      })
      app.addHook('onRoute', ({ method, url }) => {
        // Fastify adds a route for HEAD to each for GET.
        for (const one of [method].flat()) if (one !== 'HEAD') declare(one as string, url)
      })
    },
  }
}
