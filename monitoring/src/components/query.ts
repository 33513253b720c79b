import { catalogue } from '@verifluence/api/catalogue'
import type { Definition } from 'sideport'

/** The key under which the catalogue holds a metric. */
export type MetricKey = keyof typeof catalogue

/** PromQL worth having at hand, and what it answers. */
export interface UsefulQuery {
  /** One line: what the result says, in its unit. */
  readonly answers: string
  readonly expr: string
  /** Why it may rightly return nothing. */
  readonly mayBeEmpty?: string
}

/** At least one for each metric: a metric without a question is not worth its series. */
export type Queries = readonly [UsefulQuery, ...UsefulQuery[]]

/** Metrics that are explained together: one part of a page of the docs. */
export interface Theme {
  /** The part's name in the markers of a page is `metrics-NAME`. */
  readonly name: string
  readonly page: 'api-metrics' | 'worker-metrics' | 'webhook-metrics'
  readonly queries: Readonly<Partial<Record<MetricKey, Queries>>>
}

/** The full name of each metric, by its key: queries follow when a metric is renamed. */
export const names = Object.fromEntries(
  Object.entries<Definition>(catalogue).map(([key, { name }]) => [key, name]),
) as Readonly<Record<MetricKey, string>>
