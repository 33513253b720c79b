import type { Definition } from 'sideport'
import { buckets, type Matchers, matching, observations } from '../promql/series.ts'
import type { Query } from './spec.ts'

/** The environment chosen at the top of the dashboard. */
export const inEnv = (matchers: Matchers = {}): Matchers => ({ env: matching('$env'), ...matchers })

/** A rate over what Grafana finds fitting: at least four scrapes. */
export const perSecond = (selector: string) => `rate(${selector}[$__rate_interval])`

export const sumBy = (labels: readonly string[], vector: string) =>
  `sum by (${labels.join(', ')}) (${vector})`

/** Events within a window. `increase` extrapolates to fractions, and half an event did not happen. */
export const events = (labels: readonly string[], selector: string, window = '$__rate_interval') =>
  `round(${labels.length === 0 ? 'sum' : `sum by (${labels.join(', ')})`} (increase(${selector}[${window}])))`

/** How often each counted within the range that is shown; those that never did are left out. */
const active = (labels: readonly string[], counter: string) =>
  `${sumBy(labels, `increase(${counter}[$__range] @ end())`)} > 0`

/** A rate, without the series that stay at zero throughout the range: their legend hides the others. */
export const activeRates = (labels: readonly string[], counter: string) =>
  `${sumBy(labels, perSecond(counter))}\nand\n${active(labels, counter)}`

/** The same a minute, for what happens so rarely that a second holds a hundredth of it. */
export const activePerMinute = (labels: readonly string[], counter: string) =>
  `60 * ${activeRates(labels, counter)}`

/** Events by label, without those that never happened within the range. */
export const activeEvents = (labels: readonly string[], counter: string, window?: string) =>
  `${events(labels, counter, window)}\nand\n${active(labels, counter)}`

/** More lines than this cannot be distinguished. */
const MOST_LINES = 10

/** The label values that counted most within the range, the same ones at each point of a line. */
const busiest = (label: string, counter: string) =>
  `topk(${MOST_LINES}, ${active([label], counter)})`

/** A rate for each of the ten busiest values of a label, and one for the others together. */
export const busiestRates = (label: string, counter: string, others: string): readonly Query[] => {
  const rates = sumBy([label], perSecond(counter))
  return [
    { expr: `${rates}\nand\n${busiest(label, counter)}`, legend: `{{${label}}}` },
    { expr: `sum(${rates}\nunless\n${busiest(label, counter)}) > 0`, legend: others },
  ]
}

/** Equal in every replica: the sum would count them twice. */
export const maxBy = (labels: readonly string[], vector: string) =>
  `max by (${labels.join(', ')}) (${vector})`

/** A quantile over all replicas, of a histogram's buckets. */
export const quantile = (share: number, labels: readonly string[], buckets: string) =>
  `histogram_quantile(${share}, ${sumBy([...labels, 'le'], perSecond(buckets))})`

type Histogram = Definition & { type: 'histogram' }

/**
 * A quantile for each of the ten busiest values of a label. A value with fewer observations than the
 * quantile divides into is left out: of three requests, the slowest twentieth is one of them.
 */
export const busiestQuantiles = (
  share: number,
  label: string,
  histogram: Histogram,
  matchers: Matchers,
): Query => {
  const counter = observations(histogram, matchers)
  const enough = `${sumBy([label], `increase(${counter}[$__rate_interval])`)} >= ${Math.round(1 / (1 - share))}`
  return {
    expr: `${quantile(share, [label], buckets(histogram, matchers))}\nand\n${enough}\nand\n${busiest(label, counter)}`,
    legend: `{{${label}}}`,
  }
}

/** Zero where there is nothing to count: an empty panel looks like a broken one. */
export const counted = (scalar: string) => `${scalar} or vector(0)`

/** Alerts that fire, counted. */
export const firingCount = (names: readonly string[]) =>
  counted(`count(ALERTS{alertname=~"${names.join('|')}", alertstate="firing", env=~"$env"})`)
