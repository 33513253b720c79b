export { createFamily, type Family, type FamilyHooks } from './family.ts'
export type { Counter, Gauge, HandleOf, Histogram } from './handle.ts'
export { createRecording, type MetricsOf, type Recording } from './metrics.ts'
export type {
  CounterSeries,
  Exemplar,
  GaugeSeries,
  HistogramSeries,
  KeptExemplar,
  Series,
} from './series.ts'
