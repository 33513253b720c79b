import { openSync } from 'node:fs'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import * as successor from '@prometheus-io/client'
import * as promClient from 'prom-client'
import { createSideport, instrumentRuntime, runtimeMetrics } from 'sideport'
import { httpMetrics } from './catalogue.ts'
import { BUCKETS } from './requests.ts'

/** Renders everything once; resolves with the size of the text. */
export type Scraper = () => Promise<number>

/** The label sets of the big scrape: 5 methods and 2 status codes for as many routes as it takes. */
function* labelSets(count: number) {
  for (let index = 0; index < count; index++) {
    const method = (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const)[index % 5] ?? 'GET'
    const status_code = index % 2 === 0 ? '200' : '404'
    yield { method, route: `/api/resource-${Math.floor(index / 10)}/:id`, status_code }
  }
}

const OBSERVED = [0.004, 0.03, 0.2, 3]

function classicHistograms(
  { Histogram, Registry }: Pick<typeof promClient, 'Histogram' | 'Registry'>,
  count: number,
): Scraper {
  const registry = new Registry()
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration.',
    labelNames: ['method', 'route', 'status_code'],
    buckets: BUCKETS,
    registers: [registry],
  })
  for (const labels of labelSets(count)) {
    for (const value of OBSERVED) histogram.observe(labels, value)
  }
  return async () => (await registry.metrics()).length
}

function openTelemetryHistograms(count: number): Scraper {
  const reader = new PrometheusExporter({ preventServerStart: true })
  // Without a view it would fold everything beyond 2,000 label sets into one.
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: 2 * count }]
  const meter = new MeterProvider({ readers: [reader], views }).getMeter('bench')
  const histogram = meter.createHistogram('http_request_duration_seconds', {
    advice: { explicitBucketBoundaries: BUCKETS },
  })
  for (const labels of labelSets(count)) {
    for (const value of OBSERVED) histogram.record(value, labels)
  }
  const serializer = new PrometheusSerializer()
  return async () => serializer.serialize((await reader.collect()).resourceMetrics).length
}

function sideportHistograms(count: number): Scraper {
  const registry = new promClient.Registry()
  const sideport = createSideport({ catalogue: httpMetrics, exporter: 'bench', registry })
  for (const labels of labelSets(count)) {
    for (const value of OBSERVED) sideport.metrics.duration.observe(labels, value)
  }
  return scraperOf(sideport)
}

const scraperOf =
  (sideport: { scrape(): Promise<{ readonly body: AsyncIterable<Buffer> }> }): Scraper =>
  async () => {
    const { body } = await sideport.scrape()
    let size = 0
    for await (const piece of body) size += piece.length
    return size
  }

function classicDefaults({
  collectDefaultMetrics,
  Registry,
}: Pick<typeof promClient, 'collectDefaultMetrics' | 'Registry'>): Scraper {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return async () => (await registry.metrics()).length
}

function sideportDefaults(): Scraper {
  const registry = new promClient.Registry()
  const catalogue = runtimeMetrics(['bench'])
  const sideport = createSideport({ catalogue, exporter: 'bench', registry })
  instrumentRuntime(sideport)
  return scraperOf(sideport)
}

const HISTOGRAMS = 10_000
const DESCRIPTORS = 5_000

const withDescriptors = (make: () => Scraper) => () => {
  for (let opened = 0; opened < DESCRIPTORS; opened++) openSync('/dev/null', 'r')
  return make()
}

/** What is rendered, and by whom. */
export const scenarios = {
  histograms: {
    sideport: () => sideportHistograms(HISTOGRAMS),
    'prom-client': () => classicHistograms(promClient, HISTOGRAMS),
    '@prometheus-io/client': () => classicHistograms(successor, HISTOGRAMS),
    opentelemetry: () => openTelemetryHistograms(HISTOGRAMS),
  },
  defaults: {
    sideport: withDescriptors(sideportDefaults),
    'prom-client': withDescriptors(() => classicDefaults(promClient)),
    '@prometheus-io/client': withDescriptors(() => classicDefaults(successor)),
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, () => Scraper>>>>
