import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import * as successor from '@prometheus-io/client'
import * as promClient from 'prom-client'
import { createSideport } from 'sideport'
import { createTally } from '../../packages/sideport/src/instruments/http/tally.ts'
import { httpMetrics } from './catalogue.ts'
import { BUCKETS, requestAt } from './requests.ts'
import type { Work } from './rounds.ts'

const labelNames = ['method', 'route', 'status_code']

/** What a client library offers for recording; each way to do it is one piece of work. */
export interface Recorder {
  /** A whole HTTP request: counter, histogram, in-flight up and down. */
  readonly request: Work
  /** `inc()` of one series, bound beforehand where the library can. */
  readonly inc: Work
  /** `observe()` of one series, bound beforehand where the library can. */
  readonly observe: Work
}

/** prom-client and its successor have the same face. */
function classic({
  Counter,
  Gauge,
  Histogram,
  Registry,
}: Pick<typeof promClient, 'Counter' | 'Gauge' | 'Histogram' | 'Registry'>): Recorder {
  const registers = [new Registry()]
  const counter = new Counter({ name: 'http_requests_total', help: 'x', labelNames, registers })
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'x',
    labelNames,
    buckets: BUCKETS,
    registers,
  })
  const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'x', registers })
  const boundCounter = counter.labels('GET', '/api/resource-1/:id', '200')
  const boundHistogram = histogram.labels('GET', '/api/resource-1/:id', '200')
  return {
    request(times) {
      for (let index = 0; index < times; index++) {
        const { method, route, statusCode, seconds } = requestAt(index)
        const labels = { method, route, status_code: statusCode }
        inFlight.inc()
        inFlight.dec()
        counter.inc(labels)
        histogram.observe(labels, seconds)
      }
    },
    inc(times) {
      for (let index = 0; index < times; index++) boundCounter.inc()
    },
    observe(times) {
      for (let index = 0; index < times; index++) boundHistogram.observe(requestAt(index).seconds)
    },
  }
}

function openTelemetry(): Recorder {
  // Without a reader nothing is kept at all.
  const reader = new PrometheusExporter({ preventServerStart: true })
  const meter = new MeterProvider({ readers: [reader] }).getMeter('bench')
  const counter = meter.createCounter('http_requests')
  const histogram = meter.createHistogram('http_request_duration', {
    advice: { explicitBucketBoundaries: BUCKETS },
  })
  const inFlight = meter.createUpDownCounter('http_requests_in_flight')
  const one = { method: 'GET', route: '/api/resource-1/:id', status_code: '200' }
  return {
    request(times) {
      for (let index = 0; index < times; index++) {
        const { method, route, statusCode, seconds } = requestAt(index)
        const labels = { method, route, status_code: statusCode }
        inFlight.add(1)
        inFlight.add(-1)
        counter.add(1, labels)
        histogram.record(seconds, labels)
      }
    },
    inc(times) {
      for (let index = 0; index < times; index++) counter.add(1, one)
    },
    observe(times) {
      for (let index = 0; index < times; index++) histogram.record(requestAt(index).seconds, one)
    },
  }
}

function sideport(): Recorder & { readonly labelled: Work } {
  const registry = new promClient.Registry()
  const { metrics } = createSideport({ catalogue: httpMetrics, exporter: 'bench', registry })
  const count = createTally(metrics)
  const one = { method: 'GET', route: '/api/resource-1/:id', status_code: '200' } as const
  const boundCounter = metrics.requests.with(one)
  const boundHistogram = metrics.duration.with(one)
  const { inFlight } = metrics
  return {
    request(times) {
      const finished = { method: requestAt(0).method, route: '', startedAt: 0 }
      for (let index = 0; index < times; index++) {
        const { method, route, status, seconds } = requestAt(index)
        finished.method = method
        finished.route = route
        inFlight.inc()
        inFlight.dec()
        count(finished, status, seconds)
      }
    },
    labelled(times) {
      for (let index = 0; index < times; index++) {
        const { method, route, statusCode, seconds } = requestAt(index)
        const labels = { method, route, status_code: statusCode }
        inFlight.inc()
        inFlight.dec()
        metrics.requests.inc(labels)
        metrics.duration.observe(labels, seconds)
      }
    },
    inc(times) {
      for (let index = 0; index < times; index++) boundCounter.inc()
    },
    observe(times) {
      for (let index = 0; index < times; index++) boundHistogram.observe(requestAt(index).seconds)
    },
  }
}

/** What is left when everything a library does besides counting is taken away: the limit. */
function floor(): Recorder {
  const values = new Float64Array(100_000)
  const routes = new Map<string, Map<string, Map<number, number>>>()
  const edges = Float64Array.from(BUCKETS)
  let next = 1

  const find = (method: string, route: string, status: number): number => {
    const known = routes.get(route)?.get(method)?.get(status)
    if (known !== undefined) return known
    const methods = routes.get(route) ?? new Map<string, Map<number, number>>()
    const statuses = methods.get(method) ?? new Map<number, number>()
    routes.set(route, methods.set(method, statuses.set(status, next)))
    next += edges.length + 3
    return next - edges.length - 3
  }
  const observe = (at: number, value: number) => {
    let bucket = 0
    while (bucket < edges.length && value > (edges[bucket] as number)) bucket++
    ;(values[at + bucket] as number)++
    ;(values[at + edges.length + 1] as number) += value
  }
  const one = find('GET', '/api/resource-1/:id', 200)
  return {
    request(times) {
      for (let index = 0; index < times; index++) {
        const { method, route, status, seconds } = requestAt(index)
        ;(values[0] as number)++
        ;(values[0] as number)--
        const at = find(method, route, status)
        ;(values[at + edges.length + 2] as number)++
        observe(at, seconds)
      }
    },
    inc(times) {
      for (let index = 0; index < times; index++) (values[one] as number)++
    },
    observe(times) {
      for (let index = 0; index < times; index++) observe(one, requestAt(index).seconds)
    },
  }
}

export const createRecorders = () => ({
  sideport: sideport(),
  'prom-client': classic(promClient),
  '@prometheus-io/client': classic(successor),
  opentelemetry: openTelemetry(),
  floor: floor(),
})
