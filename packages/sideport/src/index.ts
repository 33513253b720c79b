export * from './catalogue/index.ts'
export { type Clock, systemClock } from './clock.ts'
export type { ClientRegistry } from './expose/index.ts'
export * from './http/index.ts'
export { type Log, silent } from './log.ts'
export * from './outbound/index.ts'
export * from './poll/index.ts'
export type {
  Counter,
  CounterSeries,
  Exemplar,
  Gauge,
  GaugeSeries,
  HandleOf,
  Histogram,
  HistogramSeries,
  MetricsOf,
} from './record/index.ts'
export { instrumentRuntime, type RuntimeMetrics, runtimeMetrics } from './runtime/index.ts'
export type {
  ListenOptions,
  MetricsServer,
  ScrapeAnswer,
  ScrapeHeaders,
} from './server/index.ts'
export { createSideport, type Sideport, type SideportOptions } from './sideport.ts'
export * from './sql/index.ts'
