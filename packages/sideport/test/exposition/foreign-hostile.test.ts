import { Gauge } from 'prom-client'
import { counter, gauge } from 'sideport'
import { describe, expect, it } from 'vitest'
import { formats } from '../support/scrape.ts'
import { startSideport } from '../support/start.ts'

const exportedBy = ['shop'] as const
const catalogue = {
  orders: counter({ name: 'shop_orders_total', help: 'x', exportedBy }),
  carts: gauge({ name: 'shop_carts', help: 'x', aggregate: 'max', exportedBy }),
}
const FAILURES = 'sideport_collector_failures_total'

describe.each(formats)('a metric of another library, in $format', ({ accept }) => {
  it.each(['quantile', 'le'])('may have a label %s that is no number', async (label) => {
    const shop = await startSideport({ catalogue })
    const registers = [shop.registry]
    new Gauge({ name: 'guest', help: 'x', labelNames: [label], registers }).set({ [label]: 'p' }, 2)
    expect((await shop.seen({ accept })).value('guest', { [label]: 'p' })).toBe(2)
  })

  const hostile: [string, object][] = [
    ['a value that is text', { values: [{ value: '7', labels: {} }] }],
    ['a value that is missing', { values: [{ labels: {} }] }],
    ['no sample at all', { values: [null] }],
    ['values that are no list', { values: 5 }],
    ['a label that cannot be named', { values: [{ value: 1, labels: { 'a-b': 'x' } }] }],
    ['a sample of another metric', { values: [{ value: 1, metricName: 'shop_carts' }] }],
    ['a label that throws', { values: [{ value: 1, labels: { a: { toString: null } } }] }],
    ['a type that does not exist', { type: 'meter', values: [{ value: 1 }] }],
    ['a name that is none', { name: 'guest metric', values: [{ value: 1 }] }],
    ['the name of ours without _total', { name: 'shop_orders', values: [{ value: 1 }] }],
    ['the name of a created timestamp', { name: 'shop_orders_created', values: [{ value: 1 }] }],
  ]

  it.each(hostile)('with %s is left out and counted, and costs no other', async (_, given) => {
    const shop = await startSideport({ catalogue })
    const { values, ...rest } = given as { values: unknown; name?: string }
    const guest = {
      name: 'guest',
      help: 'x',
      type: 'gauge',
      ...rest,
      get: async () => ({ values }),
    }
    shop.registry.registerMetric(guest as never)
    shop.metrics.carts.set(4)
    const first = await shop.seen({ accept })
    expect(first.status).toBe(200)
    expect(first.value('shop_carts')).toBe(4)
    expect(first.value('shop_orders_total')).toBe(0)
    expect(first.samples(guest.name)).toEqual([])
    const second = await shop.seen({ accept })
    expect(second.value(FAILURES, { collector: guest.name, reason: 'error' })).toBeGreaterThan(0)
  })
})
