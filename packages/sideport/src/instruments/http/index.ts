export type { HttpOptions, RouteReader } from './exchanges.ts'
export type { HttpContext, RoutedApp } from './hono.ts'
export { chooseRoute, type Route } from './hono.ts'
export { type AttachableServer, type HttpInstrument, instrumentHttp } from './http.ts'
export {
  HTTP_METHODS,
  type HttpLabels,
  type HttpMethod,
  type HttpMetrics,
  httpMetrics,
  UNMATCHED,
} from './metrics.ts'
export type { AttachedServer, Routing } from './routing.ts'
