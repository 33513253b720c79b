import type { PrometheusClient } from '../clients/prometheus.ts'
import type { ExpectedSeries } from './expected.ts'
import type { Line } from './exposition.ts'

/**
 * The highest value each gauge had in Prometheus' memory: one that is 0 at this moment, as a queue
 * mostly is, may well have moved. Counters need no memory, they never go back.
 */
export async function highestValues(
  prometheus: PrometheusClient,
  series: readonly ExpectedSeries[],
): Promise<Line[]> {
  const gauges = series.filter(({ definition }) => definition.type === 'gauge')
  const names = [...new Set(gauges.map(({ definition }) => definition.name))]
  const answers = await Promise.all(
    names.map(async (name) => {
      const samples = await prometheus.query(`max_over_time(${name}[1d])`)
      return samples.map(({ labels, value }) => ({ name, labels, value }))
    }),
  )
  return answers.flat()
}
