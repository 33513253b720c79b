import { counter, gauge, histogram } from './definition.ts'
import { oneOf, open } from './labels.ts'

/**
 * The metrics by which the exposition reports on itself. Spread them into the catalogue, so that
 * they are documented and pre-created like all others.
 *
 * @param prefix of the names, for instance `shop_metrics_`.
 */
export function selfMetrics<const Exporter extends string>(
  exportedBy: readonly Exporter[],
  prefix: string,
) {
  return {
    scrapes: counter({
      name: `${prefix}scrapes_total`,
      help: 'Scrapes answered, by HTTP status code.',
      labels: [oneOf('code', ['200', '500', '503'])],
      exportedBy,
    }),
    scrapeDuration: histogram({
      name: `${prefix}scrape_duration_seconds`,
      help: 'Time to gather and write one scrape.',
      unit: 'seconds',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5, 5],
      exportedBy,
    }),
    seriesExported: gauge({
      name: `${prefix}series`,
      help: 'Series in the last scrape; a histogram counts one for each of its lines.',
      aggregate: 'sum',
      exportedBy,
    }),
    seriesDropped: counter({
      name: `${prefix}series_dropped_total`,
      help: 'Times a label set was asked for and folded into "other", because a value was outside its domain or a limit was reached, or cut because it was too long, by metric; a series kept for reuse was asked for once.',
      labels: [open('metric', { atMost: 500 })],
      exportedBy,
    }),
    valuesRefused: counter({
      name: `${prefix}values_refused_total`,
      help: 'Values that are no measurement (no finite number, negative on a counter or where no bucket is negative, too big to be added), by metric.',
      labels: [open('metric', { atMost: 500 })],
      exportedBy,
    }),
    collectorFailures: counter({
      name: `${prefix}collector_failures_total`,
      help: 'Collectors that failed or missed their deadline during a scrape; their series are left out of it.',
      labels: [
        open('collector', { atMost: 100 }),
        oneOf('reason', ['error', 'timeout', 'recursion']),
      ],
      exportedBy,
    }),
  }
}

export type SelfMetrics<Exporter extends string = string> = ReturnType<typeof selfMetrics<Exporter>>
