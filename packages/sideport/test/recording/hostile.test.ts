import fc from 'fast-check'
import { Registry } from 'prom-client'
import { counter, createSideport, gauge, histogram, oneOf, open } from 'sideport'
import { describe, expect, it } from 'vitest'
import { formats, readBody } from '../support/scrape.ts'
import { startSideport } from '../support/start.ts'

const exportedBy = ['shop'] as const
const labels = [oneOf('paid', ['cash', 'card']), open('item', { atMost: 3 })] as const
const catalogue = {
  sales: counter({ name: 'shop_sales_total', help: 'x', labels, exportedBy }),
  level: gauge({ name: 'shop_level', help: 'x', labels, aggregate: 'max', exportedBy }),
  weight: histogram({ name: 'shop_weight', help: 'x', labels, buckets: [1, 2], exportedBy }),
  total: counter({ name: 'shop_total', help: 'x', exportedBy }),
  route: counter({
    name: 'shop_routes_total',
    help: 'x',
    labels: [open('route', { atMost: 2 })],
    exportedBy,
  }),
}
const DROPPED = 'sideport_series_dropped_total'

const throwing = {
  get paid() {
    throw new Error('no')
  },
  toString() {
    throw new Error('no')
  },
  toJSON() {
    throw new Error('no')
  },
  valueOf() {
    throw new Error('no')
  },
}
const hostileProxy = new Proxy(
  {},
  {
    get() {
      throw new Error('no')
    },
    ownKeys() {
      throw new Error('no')
    },
  },
)

/** Any JavaScript value, and those that throw when they are looked at. */
const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  } as never),
  fc.constantFrom<unknown>(
    throwing,
    hostileProxy,
    Symbol('s'),
    () => 1,
    'x'.repeat(5_000),
    '\ud800',
  ),
)
const labelSets = fc.oneof(
  anything,
  fc.record({ paid: anything, item: anything }, { requiredKeys: [] }),
)

describe.each(formats)('recording, read in $format', ({ accept, openMetrics }) => {
  it('never throws and never breaks the exposition, whatever JavaScript value it is handed', async () => {
    const calls = fc.array(fc.tuple(labelSets, anything, anything), { minLength: 1, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(calls, async (made) => {
        const shop = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
        const { sales, level, weight, total } = shop.metrics as unknown as Record<
          string,
          Record<string, (...args: unknown[]) => unknown>
        >
        for (const [set, value, exemplar] of made) {
          sales?.inc?.(set, value, exemplar)
          sales?.inc?.(set, 1, { labels: exemplar })
          level?.set?.(set, value)
          weight?.observe?.(set, value, exemplar)
          weight?.observe?.(set, 1, { labels: exemplar })
          total?.inc?.(value, exemplar)
          sales?.remove?.(set)
        }
        const { families } = await readBody((await shop.scrape({ accept })).body, openMetrics)
        const series = families.get(openMetrics ? 'shop_sales' : 'shop_sales_total')?.samples ?? []
        expect(series.length).toBeLessThanOrEqual(3 * 4)
      }),
      { numRuns: 300, seed: 14 },
    )
  })
})

it('counts a String object as its text, and not as a series of its own', async () => {
  const shop = await startSideport({ catalogue })
  for (const paid of ['card', new String('card'), new String('card')])
    shop.metrics.sales.inc({ paid, item: 'tea' } as never)
  const samples = (await shop.seen()).samples('shop_sales_total')
  expect(samples.map(({ labels, value }) => [labels.paid, labels.item, value])).toEqual([
    ['card', 'tea', 3],
  ])
})

it('files what cannot be read under the overflow series, and counts it', async () => {
  const shop = await startSideport({ catalogue })
  shop.metrics.sales.inc({
    get paid() {
      throw new Error('no')
    },
  } as never)
  shop.metrics.sales.inc({ paid: 5n, item: 'tea' } as never)
  const seen = await shop.seen()
  expect(seen.value('shop_sales_total', { paid: 'other', item: 'other' })).toBe(1)
  expect(seen.value('shop_sales_total', { paid: 'other', item: 'tea' })).toBe(1)
  expect(seen.value(DROPPED, { metric: 'shop_sales_total' })).toBe(2)
})

it('keeps a place for unmatched requests when there are more routes than allowed', async () => {
  const shop = await startSideport({ catalogue })
  for (const route of ['/a', '/b', '/c', 'unmatched']) shop.metrics.route.inc({ route })
  const seen = await shop.seen()
  expect(seen.samples('shop_routes_total').map(({ labels }) => labels.route)).toEqual([
    '/a',
    '/b',
    'other',
    'unmatched',
  ])
})

it('cuts a label value that Prometheus would refuse, and counts it', async () => {
  const shop = await startSideport({ catalogue, maxLabelLength: 64 })
  shop.metrics.route.inc({ route: `/${'x'.repeat(80)}` })
  shop.metrics.route.inc({ route: `/${'x'.repeat(90)}` })
  const seen = await shop.seen()
  expect(seen.value('shop_routes_total', { route: `/${'x'.repeat(63)}` })).toBe(2)
  expect(seen.value(DROPPED, { metric: 'shop_routes_total' })).toBe(2)
})

describe('a removed series', () => {
  it('is absent from scrapes and gives its place to a new value', async () => {
    const shop = await startSideport({ catalogue })
    const { route } = shop.metrics
    for (const value of ['/a', '/b']) route.inc({ route: value })
    const kept = route.with({ route: '/a' })
    expect(route.remove({ route: '/a' })).toBe(true)
    expect(route.remove({ route: '/a' })).toBe(false)
    kept.inc(5)
    shop.registry.resetMetrics()
    route.inc({ route: '/c' })
    const samples = (await shop.seen()).samples('shop_routes_total')
    expect(samples.map(({ labels, value }) => [labels.route, value])).toEqual([
      ['/c', 1],
      ['/b', 0],
    ])
  })

  it('begins at zero when it is recorded again', async () => {
    const shop = await startSideport({ catalogue })
    const set = { paid: 'cash', item: 'tea' } as const
    shop.metrics.weight.observe(set, 1)
    shop.metrics.weight.remove(set)
    expect((await shop.seen()).samples('shop_weight_count')).toEqual([])
    shop.metrics.weight.observe(set, 2)
    expect((await shop.seen()).value('shop_weight_sum', set)).toBe(2)
  })
})

it('is not reached by a change of the buckets after the definition', async () => {
  const buckets = [1, 2]
  const weight = histogram({ name: 'shop_weight', help: 'x', buckets, exportedBy })
  const shop = await startSideport({ catalogue: { weight } })
  buckets.push(3)
  buckets[0] = 9
  shop.metrics.weight.observe(1.5)
  const found = (await shop.seen()).samples('shop_weight_bucket')
  expect(found.map(({ labels, value }) => [labels.le, value])).toEqual([
    ['1', 0],
    ['2', 1],
    ['+Inf', 1],
  ])
})

it('refuses a negative observation where no bucket is negative', async () => {
  const weight = histogram({ name: 'shop_weight', help: 'x', buckets: [1], exportedBy })
  const shop = await startSideport({ catalogue: { weight } })
  for (const value of [-1, -0, 0.5]) shop.metrics.weight.observe(value)
  const seen = await shop.seen()
  expect(seen.value('shop_weight_count')).toBe(2)
  expect(seen.value('sideport_values_refused_total', { metric: 'shop_weight' })).toBe(1)
})

it('keeps the last good exemplar when an empty one follows', async () => {
  const shop = await startSideport({ catalogue })
  shop.metrics.total.inc(1, { labels: { trace_id: 'abc' } })
  shop.metrics.total.inc(1, { labels: {} })
  const { families } = await shop.seen({ accept: formats[1].accept })
  expect(families.get('shop')?.samples[0]?.exemplar?.labels).toEqual({ trace_id: 'abc' })
})
