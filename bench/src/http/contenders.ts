import type { Server } from 'node:http'
import { httpInstrumentationMiddleware } from '@hono/otel'
import { prometheus } from '@hono/prometheus'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { Hono, type MiddlewareHandler } from 'hono'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createSideport, instrumentHttp } from 'sideport'
import { honoRoutes } from 'sideport/hono'
import { httpMetrics } from '../catalogue.ts'
import { BUCKETS } from '../requests.ts'

/** A Hono application measured in some way, or not. */
export interface Contender {
  readonly app: Hono
  /** Called with the server once there is one. */
  readonly attach?: (server: Server) => void
}

/** What every contender serves: a synchronous handler behind a pattern with a parameter. */
function shop(...middleware: MiddlewareHandler[]): Contender {
  const app = new Hono()
  for (const one of middleware) app.use('*', one)
  app.get('/api/offers', (c) => c.text('offers'))
  app.get('/api/offers/:id', (c) => c.text('an offer'))
  app.post('/api/offers/:id', (c) => c.text('changed'))
  return { app }
}

const sideport = () => {
  const port = createSideport({
    catalogue: httpMetrics,
    exporter: 'bench',
    registry: new Registry(),
  })
  return instrumentHttp({ metrics: port.metrics })
}

/** What a team writes that takes prom-client and nothing else; it stops when the handler returns. */
function byHand(): MiddlewareHandler {
  const registers = [new Registry()]
  const labelNames = ['method', 'route', 'status_code']
  const requests = new Counter({ name: 'http_requests_total', help: 'x', labelNames, registers })
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'x',
    labelNames,
    buckets: BUCKETS,
    registers,
  })
  const inFlight = new Gauge({ name: 'http_requests_in_flight', help: 'x', registers })
  return async (c, next) => {
    const start = performance.now()
    inFlight.inc()
    try {
      await next()
    } finally {
      inFlight.dec()
      const labels = { method: c.req.method, route: c.req.routePath, status_code: c.res.status }
      requests.inc(labels)
      duration.observe(labels, (performance.now() - start) / 1_000)
    }
  }
}

function openTelemetry(): MiddlewareHandler {
  const reader = new PrometheusExporter({ preventServerStart: true })
  return httpInstrumentationMiddleware({
    meterProvider: new MeterProvider({ readers: [reader] }),
    disableTracing: true,
    captureActiveRequests: true,
  })
}

export const contenders = {
  none: () => shop(),
  'a do-nothing middleware': () => shop((_c, next) => next()),
  'sideport at the server': () => {
    const contender = shop()
    return {
      ...contender,
      attach: (server: Server) => sideport().attach(server, honoRoutes(contender.app)),
    }
  },
  'sideport as a middleware': () => shop(sideport().middleware),
  '@hono/prometheus': () => shop(prometheus().registerMetrics),
  'prom-client by hand': () => shop(byHand()),
  '@hono/otel, no tracing': () => shop(openTelemetry()),
} satisfies Readonly<Record<string, () => Contender>>

export type ContenderName = keyof typeof contenders
