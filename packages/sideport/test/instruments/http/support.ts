import { once } from 'node:events'
import type { Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { Registry } from 'prom-client'
import {
  counter,
  createSideport,
  gauge,
  HTTP_METHODS,
  type HttpInstrument,
  type HttpOptions,
  histogram,
  instrumentHttp,
  oneOf,
  open,
} from 'sideport'
import { honoRoutes } from 'sideport/hono'
import { onTestFinished } from 'vitest'
import { samplesOf } from '../../support/samples.ts'
import { formats, readBody } from '../../support/scrape.ts'

const exportedBy = ['shop'] as const
const labels = [
  oneOf('method', HTTP_METHODS),
  open('route', { atMost: 50 }),
  open('status_code', { atMost: 50 }),
] as const

const catalogue = {
  requests: counter({
    name: 'shop_requests_total',
    help: 'Requests that are over.',
    labels,
    exportedBy,
  }),
  duration: histogram({
    name: 'shop_request_duration_seconds',
    help: 'Time to the last byte.',
    unit: 'seconds',
    labels,
    buckets: [1, 10],
    exportedBy,
  }),
  inFlight: gauge({
    name: 'shop_requests_in_flight',
    help: 'Requests that are being answered.',
    aggregate: 'sum',
    exportedBy,
  }),
}

/** Time that stands still until a test moves it. */
export function createStillClock() {
  let elapsed = 0
  return {
    now: () => 1_700_000_000 + elapsed,
    elapsed: () => elapsed,
    after: () => () => {},
    pass(seconds: number) {
      elapsed += seconds
    },
  }
}

/** Metrics, an instrument that fills them, and readers of what a scrape shows. */
export function createMeter(options: Omit<HttpOptions, 'metrics'> = {}) {
  const port = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const http = instrumentHttp({ ...options, metrics: port.metrics })

  /** Counts or seconds by `GET /route 200`. */
  async function read(name: string) {
    const samples = (await samplesOf(port)).filter((sample) => sample.name === name)
    return Object.fromEntries(
      samples.map(({ labels, value }) => [
        `${labels.method} ${labels.route} ${labels.status_code}`,
        value,
      ]),
    )
  }

  return {
    http,
    /** Counts by `GET /route 200`, declared ones that are still 0 included. */
    declared: () => read('shop_requests_total'),
    /** Counts by `GET /route 200`. */
    async counted() {
      const all = await read('shop_requests_total')
      return Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
    },
    /** Summed seconds by `GET /route 200`. */
    seconds: () => read('shop_request_duration_seconds_sum'),
    async inFlight() {
      const samples = await samplesOf(port)
      return samples.find(({ name }) => name === 'shop_requests_in_flight')?.value
    },
    /** How often a label value was folded because the catalogue does not know it. */
    async folded() {
      const samples = await samplesOf(port)
      return samples
        .filter(({ name }) => name === 'sideport_series_dropped_total')
        .reduce((sum, { value }) => sum + value, 0)
    },
    /** The exemplars' request ids. */
    async exemplars() {
      const { body } = await port.scrape({ accept: formats[1].accept })
      const { families } = await readBody(body, true)
      const samples = [...families.values()].flatMap((family) => family.samples)
      return new Set(samples.flatMap(({ exemplar }) => exemplar?.labels.request_id ?? []))
    },
  }
}

/** The two ways to attach; every promise holds for both. */
export const attachments = ['as a middleware', 'below the framework'] as const
export type Attachment = (typeof attachments)[number]

interface ShopOptions extends Omit<HttpOptions, 'metrics'> {
  /** The application whose routes are served; its routes are added by `build`. */
  readonly app?: Hono
}

/** A Hono application on a real port, measured in one of the two ways, closed after the test. */
export async function startShop(
  attachment: Attachment,
  build: (app: Hono) => void,
  { app = new Hono(), ...options }: ShopOptions = {},
) {
  const meter = createMeter(options)
  if (attachment === 'as a middleware') app.use(meter.http.middleware)
  build(app)
  const { server, port } = await listen(app)
  if (attachment === 'below the framework') meter.http.attach(server, honoRoutes(app))
  return {
    ...meter,
    server,
    url: `http://127.0.0.1:${port}`,
    async get(path: string, init?: RequestInit) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
      await response.text()
      return response
    },
    /** Sends bytes as they are. */
    async raw(bytes: string): Promise<Socket> {
      const socket = connect(port, '127.0.0.1')
      onTestFinished(() => void socket.destroy())
      socket.on('error', () => {})
      socket.resume()
      await once(socket, 'connect')
      socket.write(bytes)
      return socket
    },
  }
}

export async function listen(app: Hono): Promise<{ server: Server; port: number }> {
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

/** A promise that the test settles itself. */
export function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

export type { HttpInstrument }

/** How patiently the tests wait for what happens in another turn of the loop. */
export const soon = { timeout: 5_000, interval: 10 } as const
