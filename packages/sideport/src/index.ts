export * from './catalogue/index.ts'
export { type Clock, systemClock } from './clock.ts'
export type { ClientRegistry } from './exposition/index.ts'
export * from './instruments/fetch/index.ts'
export * from './instruments/http/index.ts'
export * from './instruments/jobs/index.ts'
export {
  instrumentRuntime,
  type RuntimeMetrics,
  runtimeMetrics,
} from './instruments/runtime/index.ts'
export * from './instruments/sql/index.ts'
export { type Log, silent } from './log.ts'
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
} from './recording/index.ts'
export type {
  ListenOptions,
  MetricsServer,
  ScrapeAnswer,
  ScrapeHeaders,
} from './server/index.ts'
export { createSideport, type Sideport, type SideportOptions } from './sideport.ts'
