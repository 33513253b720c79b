export type { HttpOptions } from './exchanges.ts'
export type { HttpContext, RoutedApp } from './hono.ts'
export { chooseRoute, type Route } from './hono.ts'
export { type HttpInstrument, instrumentHttp } from './http.ts'
export {
  HTTP_METHODS,
  type HttpLabels,
  type HttpMethod,
  type HttpMetrics,
  UNMATCHED,
} from './metrics.ts'
