import { Counter, Registry } from 'prom-client'
import {
  counter,
  createSideport,
  gauge,
  histogram,
  instrumentRuntime,
  oneOf,
  open,
  runtimeMetrics,
  selfMetrics,
} from 'sideport'
import { onTestFinished } from 'vitest'

const exportedBy = ['shop'] as const

/** Label values that have to be escaped, or must not be. */
export const awkward = [
  'plain',
  'a "quoted" one',
  'back\\slash',
  'two\nlines',
  '{a="b"}',
  'é😀',
  '',
]

const catalogue = {
  ...selfMetrics(exportedBy, 'shop_metrics_'),
  ...runtimeMetrics(exportedBy),
  sales: counter({
    name: 'shop_sales_total',
    help: 'Sales, "gifts" and back\\slashes included.',
    labels: [oneOf('paid', ['cash', 'card']), open('item', { atMost: 20 })],
    exportedBy,
  }),
  level: gauge({
    name: 'shop_level_bytes',
    help: 'A level.',
    unit: 'bytes',
    aggregate: 'max',
    exportedBy,
  }),
  duration: histogram({
    name: 'shop_sale_duration_seconds',
    help: 'Time to sell.',
    unit: 'seconds',
    labels: [oneOf('paid', ['cash', 'card'])],
    buckets: [0.00001, 0.5, 1, 1_000_000],
    exportedBy,
  }),
}

/** A shop on a real port in which something of everything has happened. */
export async function startShop() {
  const registry = new Registry()
  const sideport = createSideport({ catalogue, exporter: 'shop', registry, labels: { till: '1' } })
  const stop = instrumentRuntime(sideport)
  const { metrics } = sideport
  for (const [at, item] of awkward.entries()) metrics.sales.inc({ paid: 'card', item }, at + 1)
  metrics.level.set(1e21)
  const exemplar = { labels: { request_id: 'r-1' } }
  metrics.duration.observe({ paid: 'cash' }, 0.7, exemplar)
  metrics.sales.inc({ paid: 'cash', item: 'plain' }, 1, exemplar)
  new Counter({ name: 'guest_total', help: 'Of a guest.', registers: [registry] }).inc(3)
  new Counter({
    name: 'guest_odd',
    help: 'A counter without its suffix.',
    registers: [registry],
  }).inc()
  const server = await sideport.listen({ port: 0, host: '127.0.0.1' })
  onTestFinished(async () => {
    stop()
    await server.close()
  })
  return server
}
