// As much of the peers' types as is used here, so that the types can be checked without installing
// the peers. Where they are installed these still win.

declare module '@prometheus-io/client' {
  export * from 'prom-client'
}

declare module '@hono/prometheus' {
  import type { MiddlewareHandler } from 'hono'

  export function prometheus(): { readonly registerMetrics: MiddlewareHandler }
}

declare module '@hono/otel' {
  import type { MeterProvider } from '@opentelemetry/sdk-metrics'
  import type { MiddlewareHandler } from 'hono'

  export function httpInstrumentationMiddleware(options: {
    readonly meterProvider: MeterProvider
    readonly disableTracing: boolean
    readonly captureActiveRequests: boolean
  }): MiddlewareHandler
}

declare module '@opentelemetry/sdk-metrics' {
  type Attributes = Readonly<Record<string, string>>

  interface Meter {
    createCounter(name: string): { add(value: number, attributes?: Attributes): void }
    createUpDownCounter(name: string): { add(value: number, attributes?: Attributes): void }
    createHistogram(
      name: string,
      options: { readonly advice: { readonly explicitBucketBoundaries: number[] } },
    ): { record(value: number, attributes?: Attributes): void }
  }

  export interface ResourceMetrics {
    readonly scopeMetrics: readonly object[]
  }

  export interface MetricReader {
    collect(): Promise<{ readonly resourceMetrics: ResourceMetrics }>
  }

  export class MeterProvider {
    constructor(options: {
      readonly readers: readonly MetricReader[]
      readonly views?: readonly {
        readonly instrumentName: string
        readonly aggregationCardinalityLimit: number
      }[]
    })
    getMeter(name: string): Meter
  }
}

declare module '@opentelemetry/exporter-prometheus' {
  import type { MetricReader, ResourceMetrics } from '@opentelemetry/sdk-metrics'

  export class PrometheusExporter implements MetricReader {
    constructor(options: { readonly preventServerStart: boolean })
    collect(): Promise<{ readonly resourceMetrics: ResourceMetrics }>
  }

  export class PrometheusSerializer {
    serialize(metrics: ResourceMetrics): string
  }
}
