import { names, type Theme } from './query.ts'

const { scrapes, scrapeDuration, seriesExported, seriesDropped, valuesRefused } = names
const { collectorFailures } = names

/** The metrics ports report on themselves. */
export const exposition = {
  name: 'exposition',
  page: 'api-metrics',
  queries: {
    scrapes: [
      {
        answers: 'Scrapes of the last hour, by how they were answered.',
        expr: `sum by (service, code) (increase(${scrapes}[1h]))`,
      },
    ],
    scrapeDuration: [
      {
        answers: 'Mean seconds of a scrape, by service.',
        expr: `sum by (service) (rate(${scrapeDuration}_sum[5m]))\n/\nsum by (service) (rate(${scrapeDuration}_count[5m]))`,
      },
    ],
    seriesExported: [
      { answers: 'Series of each service.', expr: `sum by (service) (${seriesExported})` },
    ],
    seriesDropped: [
      {
        answers: 'Recordings that were folded into `other`, by metric, since the process started.',
        expr: `sum by (service, metric) (${seriesDropped})`,
        mayBeEmpty: 'no label has left its domain',
      },
    ],
    valuesRefused: [
      {
        answers: 'Values that were no measurement, by metric, since the process started.',
        expr: `sum by (service, metric) (${valuesRefused})`,
        mayBeEmpty: 'every value was one',
      },
    ],
    collectorFailures: [
      {
        answers: 'Collectors that failed during a scrape in the last hour, and how.',
        expr: `sum by (service, collector, reason) (increase(${collectorFailures}[1h]))`,
        mayBeEmpty: 'no collector has failed',
      },
    ],
  },
} as const satisfies Theme
