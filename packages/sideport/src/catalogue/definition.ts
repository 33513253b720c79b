import type { Dimension } from './labels.ts'

/** A style rule that `allow` can waive: what breaks it can still be scraped. */
export type LintRule =
  | 'base-unit'
  | 'reserved-suffix'
  | 'target-label'
  | 'total-suffix'
  | 'type-in-name'

/** The most series of a metric that does not say otherwise; OpenTelemetry's default limit. */
export const DEFAULT_MAX_SERIES = 2_000

/** How replicas combine: summed, or equal everywhere so that `max` is right. */
export type Aggregation = 'sum' | 'max'

interface DefinitionOf<Dimensions extends readonly Dimension[], Exporter extends string> {
  /** The full name as scraped, `_total` included for counters. */
  readonly name: string
  /** One sentence for the reader who finds the metric in Prometheus. */
  readonly help: string
  readonly labels: Dimensions
  /** The base unit the name ends in, where it has one. */
  readonly unit?: 'seconds' | 'bytes' | 'ratio'
  readonly aggregate: Aggregation
  /** The processes that export it; only their handles exist. */
  readonly exportedBy: readonly Exporter[]
  /**
   * The most series this metric may have. Default 2,000. Beyond it the open labels of new series
   * are folded into `other` and counted as dropped.
   */
  readonly maxSeries?: number
  /** Rules of taste that this metric breaks on purpose, each with the reason. */
  readonly allow?: Readonly<Partial<Record<LintRule, string>>>
}

export interface CounterDefinition<
  Dimensions extends readonly Dimension[] = readonly Dimension[],
  Exporter extends string = string,
> extends DefinitionOf<Dimensions, Exporter> {
  readonly type: 'counter'
}

export interface GaugeDefinition<
  Dimensions extends readonly Dimension[] = readonly Dimension[],
  Exporter extends string = string,
> extends DefinitionOf<Dimensions, Exporter> {
  readonly type: 'gauge'
  /** `zero`: known label sets start at 0. `absent`: they appear when first set, as a time must. */
  readonly initially: 'zero' | 'absent'
}

export interface HistogramDefinition<
  Dimensions extends readonly Dimension[] = readonly Dimension[],
  Exporter extends string = string,
> extends DefinitionOf<Dimensions, Exporter> {
  readonly type: 'histogram'
  /** Upper bucket edges, ascending, without `+Inf`. A service-level threshold must be one of them. */
  readonly buckets: readonly number[]
}

export type Definition = CounterDefinition | GaugeDefinition | HistogramDefinition

/** A process's metrics, keyed by the name under which code records them. */
export type Catalogue = Readonly<Record<string, Definition>>

type Given<Full, Defaulted extends keyof Full> = Omit<Full, 'type' | Defaulted> &
  Partial<Pick<Full, Defaulted>>

/**
 * Describes a counter: a total that only grows.
 *
 * @example counter({ name: 'shop_orders_total', help: 'Orders placed.', labels: [oneOf('paid', ['yes', 'no'])], exportedBy: ['shop'] })
 */
export function counter<
  const Dimensions extends readonly Dimension[] = readonly [],
  const Exporter extends string = string,
>(
  given: Given<CounterDefinition<Dimensions, Exporter>, 'aggregate' | 'labels'>,
): CounterDefinition<NoInfer<Dimensions>, Exporter> {
  return { aggregate: 'sum', labels: [] as unknown as Dimensions, ...given, type: 'counter' }
}

/**
 * Describes a gauge: a value that goes up and down, or an instant in Unix seconds. The
 * aggregation over replicas is required: only the author knows whether they measure the same thing.
 *
 * @example gauge({ name: 'shop_open_carts', help: 'Carts not paid yet.', aggregate: 'max', exportedBy: ['shop'] })
 */
export function gauge<
  const Dimensions extends readonly Dimension[] = readonly [],
  const Exporter extends string = string,
>(
  given: Given<GaugeDefinition<Dimensions, Exporter>, 'initially' | 'labels'>,
): GaugeDefinition<NoInfer<Dimensions>, Exporter> {
  return { initially: 'zero', labels: [] as unknown as Dimensions, ...given, type: 'gauge' }
}

/**
 * Describes a histogram.
 *
 * @example histogram({ name: 'shop_pay_duration_seconds', unit: 'seconds', help: 'Time to pay.', buckets: [0.1, 1], exportedBy: ['shop'] })
 */
export function histogram<
  const Dimensions extends readonly Dimension[] = readonly [],
  const Exporter extends string = string,
>(
  given: Given<HistogramDefinition<Dimensions, Exporter>, 'aggregate' | 'labels'>,
): HistogramDefinition<NoInfer<Dimensions>, Exporter> {
  return { aggregate: 'sum', labels: [] as unknown as Dimensions, ...given, type: 'histogram' }
}
