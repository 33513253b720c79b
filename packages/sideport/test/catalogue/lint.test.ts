import { Registry } from 'prom-client'
import {
  type Catalogue,
  counter,
  createSideport,
  gauge,
  histogram,
  lint,
  oneOf,
  open,
  runtimeMetrics,
  selfMetrics,
} from 'sideport'
import { describe, expect, it } from 'vitest'

const exportedBy = ['shop'] as const
const named = (name: string) => ({ name, help: 'x', exportedBy })
const level = (name: string) => gauge({ ...named(name), aggregate: 'max' })
const labelled = (...labels: Parameters<typeof oneOf>[]) =>
  counter({ ...named('shop_sales_total'), labels: labels.map((label) => oneOf(...label)) })
const buckets = (...edges: number[]) => histogram({ ...named('shop_weight'), buckets: edges })

/** Each definition has one mistake; the rule that must find it is beside it. */
const mistakes: readonly (readonly [string, Catalogue[string]])[] = [
  ['valid-name', level('shopLevel')],
  ['valid-name', level('shop:level')],
  ['valid-name', level('1shop')],
  ['reserved-name', level('up')],
  ['reserved-name', level('scrape_level')],
  ['help-present', gauge({ ...named('shop_level'), help: ' ', aggregate: 'max' })],
  ['total-suffix', counter(named('shop_sales'))],
  ['total-suffix', level('shop_level_total')],
  ['reserved-suffix', level('shop_level_bucket')],
  ['reserved-suffix', level('shop_level_created')],
  ['type-in-name', level('shop_gauge_level')],
  ['base-unit', level('shop_wait_milliseconds')],
  ['base-unit', level('shop_wait_ms')],
  ['base-unit', level('shop_load_percent')],
  ['unit-suffix', gauge({ ...named('shop_wait'), unit: 'seconds', aggregate: 'max' })],
  ['label-name', labelled(['Paid', ['x']])],
  ['label-name', labelled(['__paid', ['x']])],
  ['label-twice', labelled(['paid', ['x']], ['paid', ['y']])],
  ['format-label', labelled(['le', ['x']])],
  ['format-label', labelled(['quantile', ['x']])],
  ['target-label', labelled(['instance', ['x']])],
  ['target-label', labelled(['job', ['x']])],
  ['label-domain', labelled(['paid', []])],
  ['label-domain', counter({ ...named('shop_sales_total'), labels: [open('x', { atMost: 0 })] })],
  ['value-twice', labelled(['paid', ['x', 'x']])],
  [
    'bounded-series',
    counter({ ...named('shop_sales_total'), labels: [oneOf('a', ['1', '2'])], maxSeries: 1 }),
  ],
  ['bucket-order', buckets()],
  ['bucket-order', buckets(1, 1)],
  ['bucket-order', buckets(2, 1)],
  ['bucket-order', buckets(1, Infinity)],
  ['bucket-order', buckets(Number.NaN)],
]

describe('the lint', () => {
  it.each(mistakes)(
    'pitfalls 10, 11, 21, 28: %s finds its mistake and nothing else',
    (rule, definition) => {
      const problems = lint({ one: definition })
      expect(problems).toHaveLength(1)
      expect(problems[0]).toContain(definition.name)
      expect(problems[0]).toContain(`[${rule}]`)
    },
  )

  it('finds two entries with one name', () => {
    expect(lint({ one: level('shop_level'), other: level('shop_level') })).toEqual([
      'shop_level: two entries have this name',
    ])
  })

  it('finds nothing where a rule is waived with a reason', () => {
    expect(lint({ one: { ...level('up'), allow: { 'reserved-name': 'an exercise' } } })).toEqual([])
  })

  it("finds nothing in the kit's own metrics", () => {
    expect(
      lint({ ...selfMetrics(exportedBy, 'shop_metrics_'), ...runtimeMetrics(exportedBy) }),
    ).toEqual([])
  })
})

describe('createSideport', () => {
  it('names every mistake at once, before anything is recorded', () => {
    const catalogue = { one: level('up'), other: counter(named('shop_sales')) }
    const make = () => createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
    expect(make).toThrow(/^The metric catalogue has mistakes:\n {2}up: .*\n {2}shop_sales: /)
  })

  it('names the metric whose label every series would get anyway', () => {
    const catalogue = { sales: labelled(['paid', ['x']]) }
    const options = { catalogue, exporter: 'shop', registry: new Registry(), labels: { paid: 'y' } }
    expect(() => createSideport(options)).toThrow('shop_sales_total has a label paid of its own')
  })

  it('names the process that the metrics about itself leave out', () => {
    const catalogue = selfMetrics(['till'], 'shop_metrics_')
    const make = () => createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
    expect(make).toThrow("The catalogue's selfMetrics leave out shop: add it to their exportedBy.")
  })

  it('gives a process the metrics it exports, and no others', () => {
    const catalogue = {
      here: level('shop_here'),
      there: gauge({ name: 'shop_there', help: 'x', aggregate: 'max', exportedBy: ['till'] }),
    }
    const { metrics } = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
    expect(metrics).toHaveProperty('here')
    expect(metrics).not.toHaveProperty('there')
  })
})
