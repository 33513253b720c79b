import type { CounterSeries } from './counter-series.ts'
import type { GaugeSeries } from './gauge-series.ts'
import type { HistogramSeries } from './histogram-series.ts'

/** What a series needs of its family besides its own numbers. */
export interface SeriesContext {
  /** The instant in Unix seconds, by the wall clock. */
  readonly now: () => number
  /** Told when a value that is no measurement (NaN, infinite, negative on a counter) was refused. */
  readonly refused: () => void
}

export type Series = CounterSeries | GaugeSeries | HistogramSeries
