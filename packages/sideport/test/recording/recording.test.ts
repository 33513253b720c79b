import { counter, gauge, histogram, oneOf, open, pairs } from 'sideport'
import { describe, expect, it } from 'vitest'
import { formats } from '../support/scrape.ts'
import { startSideport } from '../support/start.ts'

const exportedBy = ['shop'] as const
const anything = { a: open('a', { atMost: 100 }), b: open('b', { atMost: 100 }) }
const catalogue = {
  sales: counter({
    name: 'shop_sales_total',
    help: 'x',
    labels: [oneOf('paid', ['cash', 'card']), oneOf('size', ['s', 'l'])],
    exportedBy,
  }),
  level: gauge({ name: 'shop_level', help: 'x', aggregate: 'max', exportedBy }),
  weight: histogram({ name: 'shop_weight', help: 'x', buckets: [1, 2.5], exportedBy }),
  odd: counter({ name: 'shop_odd_total', help: 'x', labels: [anything.a, anything.b], exportedBy }),
  colour: counter({
    name: 'shop_colour_total',
    help: 'x',
    labels: [open('colour', { atMost: 2, known: ['red'] })],
    exportedBy,
  }),
  capped: counter({
    name: 'shop_capped_total',
    help: 'x',
    labels: [oneOf('till', ['1', '2']), open('item', { atMost: 100 })],
    maxSeries: 3,
    exportedBy,
  }),
  calls: counter({
    name: 'shop_calls_total',
    help: 'x',
    labels: [pairs('bank', 'operation', { north: ['pay', 'refund'], south: ['pay'] })],
    exportedBy,
  }),
}

const REFUSED = 'sideport_values_refused_total'
const DROPPED = 'sideport_series_dropped_total'

describe.each(formats)('what was recorded, read in $format', ({ accept }) => {
  it('pitfall 1: includes every known label set before anything happened', async () => {
    const seen = await (await startSideport({ catalogue })).seen({ accept })
    const sales = seen.samples('shop_sales_total')
    expect(sales.map(({ labels, value }) => [labels.paid, labels.size, value])).toEqual([
      ['cash', 's', 0],
      ['cash', 'l', 0],
      ['card', 's', 0],
      ['card', 'l', 0],
    ])
    expect(seen.samples('shop_calls_total')).toHaveLength(3)
    expect(seen.value('shop_colour_total', { colour: 'red' })).toBe(0)
    expect(seen.value(DROPPED, { metric: 'shop_colour_total' })).toBe(0)
    expect(seen.value(REFUSED, { metric: 'shop_level' })).toBe(0)
  })

  it('pitfalls 6, 26: is not poisoned by what is no measurement, and counts it', async () => {
    const shop = await startSideport({ catalogue })
    const { sales, level, weight } = shop.metrics
    const sale = { paid: 'card', size: 'l' } as const
    sales.inc(sale, 2)
    level.set(7)
    weight.observe(1)
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      sales.inc(sale, value)
      level.set(value)
      weight.observe(value)
    }
    sales.inc(sale, -1)
    const seen = await shop.seen({ accept })
    expect(seen.value('shop_sales_total', sale)).toBe(2)
    expect(seen.value('shop_level')).toBe(7)
    expect([seen.value('shop_weight_sum'), seen.value('shop_weight_count')]).toEqual([1, 1])
    expect(seen.value(REFUSED, { metric: 'shop_sales_total' })).toBe(4)
    expect(seen.value(REFUSED, { metric: 'shop_level' })).toBe(3)
    expect(seen.value(REFUSED, { metric: 'shop_weight' })).toBe(3)
  })

  it('pitfall 26: is not poisoned by what only looks like a number, nor by what adds up to infinity', async () => {
    const shop = await startSideport({ catalogue })
    const { sales, level, weight } = shop.metrics
    const one = sales.with({ paid: 'card', size: 'l' })
    level.set(7)
    for (const value of ['5', 5n, null, {}] as never[]) {
      one.inc(value)
      one.advanceTo(value)
      level.set(value)
      level.inc(value)
      level.dec(value)
      weight.observe(value)
    }
    for (const _ of [1, 2]) {
      one.inc(1e308)
      level.inc(1e308)
      weight.observe(1e308)
    }
    const seen = await shop.seen({ accept })
    expect(seen.value('shop_sales_total', { paid: 'card', size: 'l' })).toBe(1e308)
    expect(seen.value('shop_level')).toBe(1e308)
    expect([seen.value('shop_weight_sum'), seen.value('shop_weight_count')]).toEqual([1e308, 1])
    expect(seen.value(REFUSED, { metric: 'shop_sales_total' })).toBe(9)
    expect(seen.value(REFUSED, { metric: 'shop_level' })).toBe(13)
    expect(seen.value(REFUSED, { metric: 'shop_weight' })).toBe(5)
  })

  it('never puts two label sets into one series', async () => {
    const shop = await startSideport({ catalogue })
    const sets = [
      { a: 'x,b:y', b: 'z' },
      { a: 'x', b: 'y,b:z' },
      { a: 'x|y', b: 'z' },
      { a: 'x', b: 'y|z' },
      { a: '', b: 'x' },
      { a: 'x', b: '' },
      { a: '__proto__', b: 'constructor' },
    ]
    for (const [at, labels] of sets.entries()) shop.metrics.odd.inc(labels, at + 1)
    const seen = await shop.seen({ accept })
    for (const [at, labels] of sets.entries()) {
      expect(seen.value('shop_odd_total', labels)).toBe(at + 1)
    }
    expect(seen.value(DROPPED, { metric: 'shop_odd_total' })).toBe(0)
  })

  it('pitfall 20: folds what exceeds an open label into other, and counts it', async () => {
    const shop = await startSideport({ catalogue })
    for (const colour of ['red', 'blue', 'green', 'pink']) shop.metrics.colour.inc({ colour })
    const seen = await shop.seen({ accept })
    const found = seen.samples('shop_colour_total')
    expect(found.map(({ labels, value }) => [labels.colour, value])).toEqual([
      ['red', 1],
      ['blue', 1],
      ['other', 2],
    ])
    expect(seen.value(DROPPED, { metric: 'shop_colour_total' })).toBe(2)
  })

  it('pitfall 20: stops growing at the most series, keeping every count', async () => {
    const shop = await startSideport({ catalogue })
    for (let item = 0; item < 20; item++) {
      shop.metrics.capped.inc({ till: item % 2 ? '1' : '2', item: `${item}` })
    }
    const seen = await shop.seen({ accept })
    const found = seen.samples('shop_capped_total')
    expect(found.reduce((sum, { value }) => sum + value, 0)).toBe(20)
    expect(found.length).toBeLessThanOrEqual(3 + 3)
    expect(seen.value(DROPPED, { metric: 'shop_capped_total' })).toBe(17)
  })

  it('pitfall 27: folds labels that only run time could get wrong, and never throws', async () => {
    const shop = await startSideport({ catalogue })
    const wrong: unknown[] = [
      { paid: 'cheque', size: 's' },
      { paid: 'cash' },
      {},
      { size: null },
      null,
      undefined,
      5,
    ]
    for (const labels of wrong) shop.metrics.sales.inc(labels as { paid: 'cash'; size: 's' })
    shop.metrics.odd.inc({ a: 5, b: '\ud800' } as never)
    const seen = await shop.seen({ accept })
    expect(seen.value('shop_sales_total', { paid: 'other', size: 's' })).toBe(1)
    expect(seen.value('shop_sales_total', { paid: 'cash', size: 'other' })).toBe(1)
    expect(seen.value('shop_sales_total', { paid: 'other', size: 'other' })).toBe(5)
    expect(seen.value('shop_odd_total', { a: 'other', b: 'other' })).toBe(1)
    expect(seen.value(DROPPED, { metric: 'shop_sales_total' })).toBe(7)
  })

  it('pitfall 21: has a value on an edge in the bucket that ends there', async () => {
    const shop = await startSideport({ catalogue })
    for (const value of [1, 1.1, 2.5, 2.6, 0]) shop.metrics.weight.observe(value)
    const buckets = (await shop.seen({ accept })).samples('shop_weight_bucket')
    expect(buckets.map(({ value }) => value)).toEqual([2, 4, 5])
  })
})

describe('a series handle', () => {
  it('is the same for the same labels, so it can be kept', async () => {
    const { metrics } = await startSideport({ catalogue })
    const labels = { paid: 'cash', size: 's' } as const
    expect(metrics.sales.with(labels)).toBe(metrics.sales.with({ ...labels }))
  })

  it('pitfall 34: takes instants from the injected clock', async () => {
    const clock = { now: () => 1_234.5, elapsed: () => 0, after: () => () => {} }
    const shop = await startSideport({ catalogue, clock })
    shop.metrics.level.setToNow()
    expect((await shop.seen()).value('shop_level')).toBe(1_234.5)
  })

  it('of a gauge goes up and down', async () => {
    const shop = await startSideport({ catalogue })
    shop.metrics.level.inc(5)
    shop.metrics.level.dec()
    expect((await shop.seen()).value('shop_level')).toBe(4)
  })

  it('of a counter follows a total kept elsewhere, but never backwards', async () => {
    const shop = await startSideport({ catalogue })
    const one = shop.metrics.sales.with({ paid: 'cash', size: 's' })
    one.advanceTo(10)
    one.advanceTo(4)
    const seen = await shop.seen()
    expect(seen.value('shop_sales_total', { paid: 'cash', size: 's' })).toBe(10)
    expect(seen.value(REFUSED, { metric: 'shop_sales_total' })).toBe(1)
  })
})

describe('an exemplar', () => {
  const openMetrics = { accept: 'application/openmetrics-text' }

  it('stays on the bucket of its own value', async () => {
    const shop = await startSideport({ catalogue })
    shop.metrics.weight.observe(2, { labels: { request_id: 'r' } })
    shop.metrics.weight.observe(0.5)
    const buckets = (await shop.seen(openMetrics)).samples('shop_weight_bucket')
    expect(buckets.map(({ exemplar }) => exemplar?.value)).toEqual([undefined, 2, undefined])
  })

  it('that is longer than the format allows is left out, and the value counts', async () => {
    const shop = await startSideport({ catalogue })
    shop.metrics.weight.observe(2, { labels: { request_id: 'r'.repeat(119) } })
    const seen = await shop.seen(openMetrics)
    expect(seen.text).not.toContain('rrr')
    expect(seen.value('shop_weight_count')).toBe(1)
  })

  it.each([
    ['a label name that Prometheus cannot read', { labels: { 'request-id': 'x' } }],
    ['no labels', {}],
    ['labels that are no object', { labels: 'request_id' }],
    ['a value that is no text', { labels: { request_id: ['a "quoted" one'] } }],
  ])('with %s is left out, and the value counts', async (_what, exemplar) => {
    const shop = await startSideport({ catalogue })
    const sale = { paid: 'card', size: 'l' } as const
    shop.metrics.sales.inc(sale, 2, exemplar as never)
    shop.metrics.weight.observe(2, exemplar as never)
    const seen = await shop.seen(openMetrics)
    expect(seen.text).not.toMatch(/ # \{/)
    expect(seen.value('shop_sales_total', sale)).toBe(2)
    expect(seen.value('shop_weight_count')).toBe(1)
  })

  it('is what it was when it was recorded, whatever becomes of its labels', async () => {
    const shop = await startSideport({ catalogue })
    const labels = { request_id: 'r' }
    shop.metrics.weight.observe(2, { labels })
    labels.request_id = 5 as never
    const buckets = (await shop.seen(openMetrics)).samples('shop_weight_bucket')
    expect(buckets[1]?.exemplar?.labels).toEqual({ request_id: 'r' })
  })
})
