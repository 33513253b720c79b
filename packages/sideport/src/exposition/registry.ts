import type { LabelSet } from '../catalogue/index.ts'
import {
  CounterSeries,
  type Family,
  HistogramSeries,
  type KeptExemplar,
  type Series,
} from '../recording/index.ts'
import { type ForeignFamily, readForeign } from './foreign.ts'
import { OPEN_METRICS } from './format.ts'

/**
 * What the kit needs of a client library's registry. prom-client 15 and its successor
 * `@prometheus-io/client` both have it; whatever differs between such libraries ends in this file.
 */
export interface ClientRegistry {
  readonly contentType: string
  getMetricsAsArray(): readonly object[]
  registerMetric(metric: never): void
}

/** A metric of the registry as the library hands it out. */
interface ClientMetric {
  readonly name: string
  readonly help: string
  readonly type: string
  get(): Promise<{ readonly values?: unknown }>
}

/** A sample as prom-client wants it. */
interface ClientSample {
  readonly value: number
  readonly labels: Readonly<Record<string, string | number>>
  readonly metricName?: string
  readonly exemplar?: object | null
}

/** A registered metric: one of our own families, or a foreign one. */
type Registered =
  | { readonly family: Family }
  | { readonly metric: object; readonly name: string; get(): Promise<ForeignFamily> }

export interface RegistryAdapter {
  /** Everything registered, in the registry's order. */
  registered(): Registered[]
}

/**
 * Registers every family as a plain metric object, so that the registry's own `metrics()` shows it.
 *
 * @param refresh brings a family up to date before the registry reads it.
 * @throws Error naming the metric when the registry already has one of that name.
 */
export function joinRegistry(
  registry: ClientRegistry,
  families: readonly Family[],
  constant: LabelSet,
  refresh: (family: Family) => Promise<boolean>,
): RegistryAdapter {
  const own = new Map<object, Family>()
  const isOpenMetrics = () => registry.contentType.startsWith(OPEN_METRICS.mediaType)

  const taken = new Set(registry.getMetricsAsArray().map((metric) => (metric as ClientMetric).name))
  for (const family of families) own.set(toMetric(family, constant, refresh, isOpenMetrics), family)
  for (const [metric, { definition }] of own) {
    if (!taken.has((metric as ClientMetric).name)) continue
    throw new Error(
      `The registry already has a metric named ${definition.name}; rename one of the two.`,
    )
  }
  for (const metric of own.keys()) registry.registerMetric(metric as never)

  return {
    registered: () =>
      registry.getMetricsAsArray().map((registered) => {
        const family = own.get(registered)
        return family ? { family } : foreign(registered as ClientMetric, isOpenMetrics)
      }),
  }
}

/** A registry set to OpenMetrics writes `_total` behind the name of its counters by itself. */
function foreign(metric: ClientMetric, isOpenMetrics: () => boolean): Registered {
  const { type, help } = metric
  const name =
    type === 'counter' && isOpenMetrics()
      ? `${metric.name.replace(/_total$/, '')}_total`
      : metric.name
  return {
    metric,
    name,
    async get() {
      const { values } = await metric.get()
      return readForeign(name, help, type, values)
    },
  }
}

function toMetric(
  family: Family,
  constant: LabelSet,
  refresh: (family: Family) => Promise<boolean>,
  isOpenMetrics: () => boolean,
) {
  const { name, help, type, aggregate } = family.definition
  return {
    help,
    type,
    aggregator: aggregate,
    get name() {
      return type === 'counter' && isOpenMetrics() ? name.replace(/_total$/, '') : name
    },
    // An OpenMetrics registry assigns the name it wants while it renders, for good. The getter
    // already says the right one, and a registry set back to text finds the full one again.
    set name(_wanted) {},
    async get() {
      const fresh = await refresh(family)
      const values = fresh
        ? family.series.flatMap((series) => samples(family, series, constant))
        : []
      return { name: this.name, help, type, aggregator: aggregate, values }
    },
    reset() {
      for (const series of family.series) series.reset()
    },
  }
}

function samples({ definition }: Family, series: Series, constant: LabelSet): ClientSample[] {
  const labels = { ...constant, ...series.labels }
  if (!(series instanceof HistogramSeries)) {
    const exemplar = series instanceof CounterSeries ? toExemplar(series.exemplar) : null
    return Number.isNaN(series.value) ? [] : [{ value: series.value, labels, exemplar }]
  }
  if (definition.type !== 'histogram' || series.isDetached) return []
  const { name, buckets } = definition
  let count = 0
  const lines = [...buckets, Infinity].map((edge, at) => {
    count += series.bucketCount(at)
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: edge === Infinity ? '+Inf' : edge },
      value: count,
      exemplar: toExemplar(series.exemplars[at]),
    }
  })
  return [
    ...lines,
    { metricName: `${name}_sum`, labels, value: series.sum },
    { metricName: `${name}_count`, labels, value: count },
  ]
}

const toExemplar = (kept: KeptExemplar | undefined) =>
  kept ? { labelSet: kept.labels, value: kept.value, timestamp: kept.timestamp } : null
