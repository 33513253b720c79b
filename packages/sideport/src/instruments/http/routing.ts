import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RouteReader } from './exchanges.ts'

/** How the routes of a framework are found. `{ route }` is enough; the adapters return more. */
export interface Routing {
  /**
   * Returns the pattern of the route that answered a request, never its path: called once, when the
   * request is over. Nothing, or an error, counts as `unmatched`.
   *
   * @example route: ({ url }) => (url === '/' ? '/' : undefined)
   */
  readonly route: RouteReader
  /** Called by `attach`, for a framework that reports more than a finished request shows. */
  connect?(server: AttachedServer): void
}

/** What an adapter reports to. */
export interface AttachedServer {
  /** Records the start of a request that the server itself may not have reported. */
  begin(incoming: IncomingMessage, outgoing: ServerResponse): void
  /** Records the route of a request as soon as it is known. */
  matched(outgoing: ServerResponse, route: string): void
  /** Makes the counters of a route exist before its first request; `ALL` is declared for GET. */
  declare(method: string, route: string): void
}

/** Joins the pattern of a mount with what is mounted: `/api` and `/` are `/api`. */
export function joinPatterns(prefix: string, pattern: string): string {
  if (prefix === '' || prefix === '/') return pattern
  if (pattern === '' || pattern === '/') return prefix
  return prefix.replace(/\/$/, '') + (pattern.startsWith('/') ? pattern : `/${pattern}`)
}

/** The path of a request's target without its query. */
export function pathOf(url: string | undefined): string {
  return url?.split(/[?#]/, 1)[0] || '/'
}
