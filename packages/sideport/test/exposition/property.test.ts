import fc from 'fast-check'
import { Registry } from 'prom-client'
import { counter, createSideport, gauge, histogram, open } from 'sideport'
import { describe, expect, it } from 'vitest'
import { formats, readBody } from '../support/scrape.ts'

const exportedBy = ['shop'] as const
const labels = [open('one', { atMost: 5_000 }), open('two', { atMost: 5_000 })] as const

/** Text with what has to be escaped in it, and with what must not be. */
const awkward = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom('\\', '"', '\n', 'n', '{', '}', ',', '=', ' ', '#', 'é', '😀'),
  }),
)
const number = fc.double({ noNaN: true, noDefaultInfinity: true })

describe.each(formats)('in $format', ({ accept, openMetrics }) => {
  it('every label value and every number reads back as it was recorded', async () => {
    const recordings = fc.array(fc.record({ one: awkward, two: awkward, value: number }), {
      minLength: 1,
      maxLength: 20,
    })
    await fc.assert(
      fc.asyncProperty(recordings, async (recorded) => {
        const catalogue = {
          stock: gauge({ name: 'shop_stock', help: 'x', labels, aggregate: 'max', exportedBy }),
        }
        const shop = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
        const expected = new Map<string, number>()
        for (const { one, two, value } of recorded) {
          shop.metrics.stock.set({ one, two }, value)
          expected.set(JSON.stringify([one, two]), value)
        }
        const seen = await readBody((await shop.scrape({ accept })).body, openMetrics)
        const found = seen.samples('shop_stock')
        expect(found).toHaveLength(expected.size)
        for (const { labels, value } of found) {
          expect(value).toEqual(plain(expected.get(JSON.stringify([labels.one, labels.two]))))
        }
      }),
    )
  })

  it('every foreign label value and number reads back, infinities and NaN included', async () => {
    const value = fc.oneof(number, fc.constantFrom(Infinity, -Infinity, Number.NaN))
    await fc.assert(
      fc.asyncProperty(awkward, value, async (one, value) => {
        const registry = new Registry()
        const values = [{ value, labels: { one } }]
        const guest = { name: 'guest', help: one, type: 'gauge', get: async () => ({ values }) }
        registry.registerMetric(guest as never)
        const shop = createSideport({ catalogue: {}, exporter: 'shop', registry })
        const seen = await readBody((await shop.scrape({ accept })).body, openMetrics)
        expect(seen.samples('guest')).toEqual([
          { name: 'guest', labels: { one }, value: plain(value) },
        ])
        expect(seen.families.get('guest')?.help).toBe(one)
      }),
    )
  })

  it('every histogram is one, whatever was observed', async () => {
    // -0 and 0 are one edge.
    const edges = fc.uniqueArray(number, {
      minLength: 1,
      maxLength: 12,
      comparator: 'SameValueZero',
    })
    await fc.assert(
      fc.asyncProperty(edges, fc.array(number), async (edges, observed) => {
        const buckets = [...edges].sort((one, other) => one - other)
        const mayBeNegative = (buckets[0] ?? 0) < 0
        const values = withFiniteSum(observed.filter((value) => mayBeNegative || value >= 0))
        const catalogue = {
          weight: histogram({ name: 'shop_weight', help: 'x', buckets, exportedBy }),
          sales: counter({ name: 'shop_sales_total', help: 'x', exportedBy }),
        }
        const shop = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
        for (const value of observed) shop.metrics.weight.observe(value)
        const seen = await readBody((await shop.scrape({ accept })).body, openMetrics)
        expect(seen.value('shop_weight_count')).toBe(values.length)
        // OpenMetrics forbids a sum of what may be negative.
        expect(seen.samples('shop_weight_sum')).toHaveLength(openMetrics && mayBeNegative ? 0 : 1)
        const found = seen.samples('shop_weight_bucket')
        expect(found.map(({ labels }) => Number(labels.le?.replace('Inf', 'Infinity')))).toEqual(
          [...buckets, Infinity].map(plain),
        )
        for (const [at, edge] of buckets.entries()) {
          expect(found[at]?.value).toBe(values.filter((value) => value <= edge).length)
        }
      }),
    )
  })
})

/** The values without those that would make their sum infinite; these are refused. */
function withFiniteSum(values: readonly number[]): readonly number[] {
  let sum = 0
  return values.filter((value) => {
    if (!Number.isFinite(sum + value)) return false
    sum += value
    return true
  })
}

/** The formats know one zero. */
const plain = (value: number | undefined) => (value === 0 ? 0 : value)
