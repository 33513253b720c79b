import { Registry } from 'prom-client'
import {
  counter,
  createSideport,
  gauge,
  histogram,
  oneOf,
  open,
  pairs,
  selfMetrics,
} from 'sideport'
import { expect, it } from 'vitest'

const catalogue = {
  sales: counter({
    name: 'shop_sales_total',
    help: 'x',
    labels: [oneOf('paid', ['cash', 'card']), open('item', { atMost: 9 })],
    exportedBy: ['shop', 'till'],
  }),
  calls: histogram({
    name: 'shop_calls_seconds',
    help: 'x',
    labels: [pairs('bank', 'operation', { north: ['pay', 'refund'], south: ['pay'] })],
    buckets: [1],
    exportedBy: ['shop'],
  }),
  level: gauge({ name: 'shop_level', help: 'x', aggregate: 'max', exportedBy: ['shop'] }),
  drawer: gauge({ name: 'shop_drawer', help: 'x', aggregate: 'sum', exportedBy: ['till'] }),
}

/** The compiler is the test: each expected error that is none fails `tsc`. */
it('pitfall 27: what a label set must not be does not compile', () => {
  const shop = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const { sales, calls, level } = shop.metrics

  sales.inc({ paid: 'cash', item: 'anything' })
  calls.observe({ bank: 'north', operation: 'refund' }, 1)
  level.set(1)

  // @ts-expect-error a label is missing
  sales.inc({ paid: 'cash' })
  // @ts-expect-error a value is unknown
  sales.inc({ paid: 'cheque', item: 'x' })
  // @ts-expect-error a label is unknown
  sales.inc({ paid: 'cash', item: 'x', colour: 'red' })
  // @ts-expect-error a value is no text
  sales.inc({ paid: 'cash', item: 5 })
  // @ts-expect-error south has no refund
  calls.observe({ bank: 'south', operation: 'refund' }, 1)
  // @ts-expect-error a histogram does not count
  expect(() => calls.inc({ bank: 'south', operation: 'pay' })).toThrow()
  // @ts-expect-error a metric without labels takes none
  expect(() => level.with({})).toThrow()
  // @ts-expect-error the drawer is exported by another process
  expect(() => shop.metrics.drawer.set(1)).toThrow()
  // @ts-expect-error a collector fills metrics of this process
  expect(() => shop.collect('x', ['drawer'], () => {})).toThrow()
  // @ts-expect-error the list has no such value
  oneOf('paid', ['cash', 'card'], 'cheque')
  // @ts-expect-error how replicas aggregate must be said
  gauge({ name: 'shop_level', help: 'x', exportedBy: ['shop'] })
  // @ts-expect-error a unit is a base unit
  counter({ name: 'shop_wait_ms_total', help: 'x', unit: 'ms', exportedBy: ['shop'] })
  // @ts-expect-error an open label has a limit
  open('item', {})
})

it('metrics without labels are the same, written inline or not', () => {
  const about = { help: 'x', exportedBy: ['shop'] } as const
  const { metrics } = createSideport({
    catalogue: {
      sales: counter({ name: 'shop_sales_total', help: 'x', exportedBy: ['shop'] }),
      level: gauge({ name: 'shop_level', help: 'x', aggregate: 'max', exportedBy: ['shop'] }),
      weight: histogram({ name: 'shop_weight', help: 'x', buckets: [1], exportedBy: ['shop'] }),
      paid: counter({ ...about, name: 'shop_paid_total', labels: [oneOf('how', ['cash'])] }),
    },
    exporter: 'shop',
    registry: new Registry(),
  })
  metrics.sales.inc()
  metrics.level.set(1)
  metrics.weight.observe(1)
  metrics.paid.inc({ how: 'cash' })
  // @ts-expect-error it takes no labels
  metrics.sales.inc({})
  // @ts-expect-error it takes no labels
  metrics.level.set({}, 1)
  // @ts-expect-error it takes no labels
  metrics.weight.observe({}, 1)
  // @ts-expect-error a value is unknown
  metrics.paid.inc({ how: 'cheque' })
  expect(metrics.sales.value).toBe(1)
})

it('keys of the kit cannot be taken by something else', () => {
  const taken = { ...selfMetrics(['shop'], 'shop_'), scrapes: catalogue.level }
  const registry = new Registry()
  // @ts-expect-error scrapes must be the counter that the kit fills
  createSideport({ catalogue: taken, exporter: 'shop', registry })
})
