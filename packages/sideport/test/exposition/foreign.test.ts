import { Counter, Gauge, Histogram, Registry, Summary } from 'prom-client'
import { counter, createSideport, gauge, histogram, oneOf } from 'sideport'
import { describe, expect, it } from 'vitest'
import { formats, readBody } from '../support/scrape.ts'
import { startSideport } from '../support/start.ts'

const exportedBy = ['shop'] as const
const catalogue = {
  orders: counter({
    name: 'shop_orders_total',
    help: 'Orders.',
    labels: [oneOf('paid', ['yes', 'no'])],
    exportedBy,
  }),
  carts: gauge({
    name: 'shop_carts',
    help: 'Carts.',
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
  payment: histogram({
    name: 'shop_payment_seconds',
    help: 'Time to pay.',
    buckets: [1, 2],
    exportedBy,
  }),
}

describe.each(formats)(
  'metrics of others in the same registry, in $format',
  ({ accept, openMetrics }) => {
    it('are exposed next to ours, with the constant labels', async () => {
      const shop = await startSideport({ catalogue, labels: { service: 'shop' } })
      const registers = [shop.registry]
      new Counter({ name: 'guest_total', help: 'A.', labelNames: ['a'], registers }).inc(
        { a: 'x' },
        3,
      )
      new Gauge({ name: 'guest_level', help: 'B.', registers }).set(-2)
      new Histogram({ name: 'guest_seconds', help: 'C.', buckets: [0.5, 1], registers }).observe(
        0.7,
      )
      new Summary({ name: 'guest_size', help: 'D.', percentiles: [0.5, 1], registers }).observe(4)

      const seen = await shop.seen({ accept })
      expect(seen.value('guest_total', { a: 'x', service: 'shop' })).toBe(3)
      expect(seen.value('guest_level', { service: 'shop' })).toBe(-2)
      expect(seen.value('guest_seconds_bucket', { le: openMetrics ? '1.0' : '1' })).toBe(1)
      expect(seen.value('guest_size', { quantile: openMetrics ? '1.0' : '1' })).toBe(4)
      expect(seen.value('guest_size_sum', { service: 'shop' })).toBe(4)
    })

    it('keep a label of their own that is also a constant one', async () => {
      const shop = await startSideport({ catalogue, labels: { service: 'shop' } })
      const guest = new Gauge({
        name: 'guest',
        help: 'x',
        labelNames: ['service'],
        registers: [shop.registry],
      })
      guest.set({ service: 'another' }, 1)
      const [sample, ...others] = (await shop.seen({ accept })).samples('guest')
      expect([sample?.labels, others]).toEqual([{ service: 'another' }, []])
    })

    it('pitfall 25: keep the name of a counter that does not end in _total', async () => {
      const shop = await startSideport({ catalogue })
      new Counter({ name: 'guest_events', help: 'x', registers: [shop.registry] }).inc()
      const seen = await shop.seen({ accept })
      expect(seen.families.get('guest_events')?.type).toBe(openMetrics ? 'unknown' : 'counter')
      expect(seen.value('guest_events')).toBe(1)
    })

    it('are read right in a registry that is set to OpenMetrics', async () => {
      const registry = new Registry()
      registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
      const shop = await startSideport({ catalogue, registry })
      new Counter({ name: 'guest_total', help: 'x', registers: [registry] }).inc()
      const text = await registry.metrics()
      expect(text).toContain('\n# TYPE shop_orders counter\nshop_orders_total{paid="yes"} 0\n')
      expect(text).toContain('\nguest_total 1\n')
      const seen = await shop.seen({ accept })
      expect(seen.value('guest_total')).toBe(1)
      expect(seen.value('shop_orders_total', { paid: 'yes' })).toBe(0)
    })

    it('leave behind an exemplar that Prometheus could not read', async () => {
      const registry = new Registry()
      registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
      const registers = [registry]
      const guest = new Counter({ name: 'guest', help: 'x', enableExemplars: true, registers })
      guest.inc({ value: 1, exemplarLabels: { 'request-id': 'r' } })
      const shop = await startSideport({ catalogue, registry })
      const seen = await shop.seen({ accept })
      expect(seen.value('guest_total')).toBe(1)
      expect(seen.text).not.toContain('request-id')
    })

    it('bring their exemplars along where the format has them', async () => {
      const registry = new Registry()
      registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
      const guest = new Histogram({
        name: 'guest_seconds',
        help: 'x',
        buckets: [1],
        enableExemplars: true,
        registers: [registry],
      })
      guest.observe({ value: 0.5, exemplarLabels: { trace_id: 't' } })
      const shop = await startSideport({ catalogue, registry })
      const [bucket] = (await shop.seen({ accept })).samples('guest_seconds_bucket')
      expect(bucket?.exemplar).toEqual(
        openMetrics ? { labels: { trace_id: 't' }, value: 0.5 } : undefined,
      )
    })
  },
)

describe("the registry's own metrics()", () => {
  it('shows our families as it shows its own', async () => {
    const shop = await startSideport({ catalogue, labels: { service: 'shop' } })
    shop.metrics.orders.inc({ paid: 'yes' })
    shop.metrics.payment.observe(1.5)
    const text = await shop.registry.metrics()
    expect(text).toContain(
      '# TYPE shop_orders_total counter\nshop_orders_total{service="shop",paid="yes"} 1\n',
    )
    expect(text).toContain('shop_payment_seconds_bucket{service="shop",le="1"} 0\n')
    expect(text).toContain('shop_payment_seconds_bucket{service="shop",le="+Inf"} 1\n')
    expect(text).toContain('shop_payment_seconds_sum{service="shop"} 1.5\n')
  })

  it('runs the collector of a family, and leaves out what it could not collect', async () => {
    const shop = await startSideport({ catalogue })
    shop.collect('carts', ['carts'], () => shop.metrics.carts.inc())
    expect(await shop.registry.metrics()).toContain('\nshop_carts 1\n')
    expect(await shop.registry.getSingleMetricAsString('shop_carts')).toContain('\nshop_carts 2')
    shop.collect('also carts', ['carts'], () => Promise.reject(new Error('no database')))
    expect(await shop.registry.metrics()).not.toContain('\nshop_carts ')
  })

  it('pitfall 29: resetMetrics() puts known series back to 0 and forgets none', async () => {
    const shop = await startSideport({ catalogue })
    shop.metrics.orders.inc({ paid: 'yes' })
    shop.metrics.carts.set(4)
    shop.metrics.payment.observe(1)
    shop.registry.resetMetrics()
    const seen = await shop.seen()
    expect(seen.value('shop_orders_total', { paid: 'yes' })).toBe(0)
    expect(seen.value('shop_payment_seconds_count')).toBe(0)
    expect(seen.value('shop_payment_seconds_sum')).toBe(0)
    expect(seen.samples('shop_carts')).toEqual([])
  })

  it('pitfall 29: two registries in one process know nothing of each other', async () => {
    const one = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
    const other = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
    one.metrics.orders.inc({ paid: 'no' })
    const seen = await readBody((await other.scrape()).body)
    expect(seen.value('shop_orders_total', { paid: 'no' })).toBe(0)
  })

  it('refuses a name that is taken, and says which', () => {
    const registry = new Registry()
    new Gauge({ name: 'shop_carts', help: 'x', registers: [registry] })
    expect(() => createSideport({ catalogue, exporter: 'shop', registry })).toThrow(
      'The registry already has a metric named shop_carts; rename one of the two.',
    )
  })
})
