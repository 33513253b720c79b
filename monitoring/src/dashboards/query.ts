import { type Matchers, matching } from '../promql/series.ts'

/** The environments chosen at the top of the dashboard. */
export const inEnv = (matchers: Matchers = {}): Matchers => ({ env: matching('$env'), ...matchers })

/** A rate over what Grafana finds fitting: at least four scrapes. */
export const perSecond = (selector: string) => `rate(${selector}[$__rate_interval])`

export const grown = (selector: string) => `increase(${selector}[$__rate_interval])`

export const sumBy = (labels: readonly string[], vector: string) =>
  `sum by (${labels.join(', ')}) (${vector})`

/** Equal in every replica: the sum would count them twice. */
export const maxBy = (labels: readonly string[], vector: string) =>
  `max by (${labels.join(', ')}) (${vector})`

/** A quantile over all replicas, of a histogram's buckets. */
export const quantile = (share: number, labels: readonly string[], buckets: string) =>
  `histogram_quantile(${share}, ${sumBy([...labels, 'le'], perSecond(buckets))})`

/** Alerts that fire, counted; zero when there are none. */
export const firingCount = (names: readonly string[]) =>
  `count(ALERTS{alertname=~"${names.join('|')}", alertstate="firing", env=~"$env"}) or vector(0)`
