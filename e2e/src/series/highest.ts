import type { PrometheusClient } from '@verifluence/local'
import type { ExpectedSeries } from './expected.ts'
import type { Line } from './exposition.ts'

/**
 * The highest value of each gauge in Prometheus: one that is 0 at this moment, as a queue
 * mostly is, may have moved. Counters never decrease.
 */
export async function highestValues(
  prometheus: PrometheusClient,
  series: readonly ExpectedSeries[],
): Promise<Line[]> {
  const gauges = new Set(
    series.map(({ definition }) => definition).filter(({ type }) => type === 'gauge'),
  )
  const answers = await Promise.all(
    [...gauges].map(async ({ name, labels }) => {
      const own = ['service', ...labels.flatMap(({ names }) => names)]
      const samples = await prometheus.query(`max_over_time(${name}[1d])`)
      return samples.map((sample) => ({
        name,
        // The scrape adds labels of the target, among them a job.
        labels: Object.fromEntries(own.map((label) => [label, sample.labels[label] ?? ''])),
        value: sample.value,
      }))
    }),
  )
  return answers.flat()
}
