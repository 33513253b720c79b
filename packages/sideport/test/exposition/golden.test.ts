import { counter, gauge, histogram, oneOf, open } from 'sideport'
import { describe, expect, it } from 'vitest'
import { startSideport, withoutSelf } from '../support/start.ts'

const exportedBy = ['shop'] as const
const catalogue = {
  orders: counter({
    name: 'shop_orders_total',
    help: 'Orders placed, "gifts" included.',
    labels: [oneOf('paid', ['yes', 'no'])],
    exportedBy,
  }),
  carts: gauge({ name: 'shop_carts', help: 'Carts not paid yet.', aggregate: 'max', exportedBy }),
  lastSale: gauge({
    name: 'shop_last_sale_timestamp_seconds',
    help: 'When something was last sold.',
    unit: 'seconds',
    labels: [open('till', { atMost: 9, known: ['1'] })],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
  payment: histogram({
    name: 'shop_payment_duration_seconds',
    help: 'Time to pay.',
    unit: 'seconds',
    buckets: [0.00001, 0.25, 1, 1_000_000],
    exportedBy,
  }),
}

/** A shop in which something has happened. */
async function startShop() {
  const clock = { now: () => 1_700_000_000.5, elapsed: () => 0, after: () => () => {} }
  const shop = await startSideport({ catalogue, labels: { service: 'shop' }, clock })
  shop.metrics.orders.inc({ paid: 'yes' }, 2, { labels: { request_id: 'r-1' } })
  shop.metrics.carts.set(-1.5)
  shop.metrics.payment.observe(0.25, { labels: { request_id: 'r-2' } })
  shop.metrics.payment.observe(2_000_000)
  return shop
}

describe('what a scraper gets', () => {
  it('is text 0.0.4, to the letter', async () => {
    const { text } = await (await startShop()).seen({ accept: 'text/plain;version=0.0.4' })
    expect(withoutSelf(text)).toMatchInlineSnapshot(`
      "# HELP shop_orders_total Orders placed, "gifts" included.
      # TYPE shop_orders_total counter
      shop_orders_total{service="shop",paid="yes"} 2
      shop_orders_total{service="shop",paid="no"} 0
      # HELP shop_carts Carts not paid yet.
      # TYPE shop_carts gauge
      shop_carts{service="shop"} -1.5
      # HELP shop_payment_duration_seconds Time to pay.
      # TYPE shop_payment_duration_seconds histogram
      shop_payment_duration_seconds_bucket{service="shop",le="0.00001"} 0
      shop_payment_duration_seconds_bucket{service="shop",le="0.25"} 1
      shop_payment_duration_seconds_bucket{service="shop",le="1"} 1
      shop_payment_duration_seconds_bucket{service="shop",le="1000000"} 1
      shop_payment_duration_seconds_bucket{service="shop",le="+Inf"} 2
      shop_payment_duration_seconds_count{service="shop"} 2
      shop_payment_duration_seconds_sum{service="shop"} 2000000.25
      "
    `)
  })

  it('is OpenMetrics 1.0, to the letter, with exemplars and canonical edges', async () => {
    const { text } = await (await startShop()).seen({
      accept: 'application/openmetrics-text;version=1.0.0',
    })
    expect(withoutSelf(text)).toMatchInlineSnapshot(`
      "# HELP shop_orders Orders placed, \\"gifts\\" included.
      # TYPE shop_orders counter
      shop_orders_total{service="shop",paid="yes"} 2 # {request_id="r-1"} 2 1700000000.5
      shop_orders_total{service="shop",paid="no"} 0
      # HELP shop_carts Carts not paid yet.
      # TYPE shop_carts gauge
      shop_carts{service="shop"} -1.5
      # HELP shop_payment_duration_seconds Time to pay.
      # TYPE shop_payment_duration_seconds histogram
      # UNIT shop_payment_duration_seconds seconds
      shop_payment_duration_seconds_bucket{service="shop",le="1e-05"} 0
      shop_payment_duration_seconds_bucket{service="shop",le="0.25"} 1 # {request_id="r-2"} 0.25 1700000000.5
      shop_payment_duration_seconds_bucket{service="shop",le="1.0"} 1
      shop_payment_duration_seconds_bucket{service="shop",le="1e+06"} 1
      shop_payment_duration_seconds_bucket{service="shop",le="+Inf"} 2
      shop_payment_duration_seconds_count{service="shop"} 2
      shop_payment_duration_seconds_sum{service="shop"} 2000000.25
      # EOF
      "
    `)
  })

  it('brings absent gauges back with their header once they are set', async () => {
    const shop = await startShop()
    expect((await shop.seen()).text).not.toContain('HELP shop_last_sale')
    shop.metrics.lastSale.set({ till: '1' }, 1_700_000_123)
    expect((await shop.seen()).value('shop_last_sale_timestamp_seconds')).toBe(1_700_000_123)
    shop.metrics.lastSale.with({ till: '1' }).remove()
    expect((await shop.seen()).text).not.toContain('HELP shop_last_sale')
  })

  it('pitfall 13: carries no timestamps on samples, which would defeat staleness', async () => {
    const shop = await startShop()
    for (const line of (await shop.seen()).text.split('\n')) {
      if (!line.startsWith('#')) expect(line).toMatch(/^(\S+ \S+)?$/)
    }
  })
})
