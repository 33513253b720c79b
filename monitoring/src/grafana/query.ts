import { type Matchers, matching } from '../promql/series.ts'

/** The environment chosen at the top of the dashboard. */
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

/** Zero where there is nothing to count: an empty panel looks like a broken one. */
export const counted = (scalar: string) => `${scalar} or vector(0)`

/** Alerts that fire, counted. */
export const firingCount = (names: readonly string[]) =>
  counted(`count(ALERTS{alertname=~"${names.join('|')}", alertstate="firing", env=~"$env"})`)
