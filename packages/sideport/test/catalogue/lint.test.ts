import { Gauge, Registry } from 'prom-client'
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
import { badUnits } from './bad-units.ts'

const exportedBy = ['shop'] as const
const named = (name: string) => ({ name, help: 'x', exportedBy })
const level = (name: string, allow: Catalogue[string]['allow'] = {}) =>
  gauge({ ...named(name), aggregate: 'max', allow })
const labelled = (...labels: Parameters<typeof oneOf>[]) =>
  counter({ ...named('shop_sales_total'), labels: labels.map((label) => oneOf(...label)) })
const upTo = (atMost: number, known: string[] = []) => open('x', { atMost, known })
const buckets = (...edges: number[]) => histogram({ ...named('shop_weight'), buckets: edges })

/** Each definition has one mistake; the rule that must find it is next to it. */
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
  ['base-unit', level('shop_size_mebibytes')],
  ...badUnits.map((unit) => ['base-unit', level(`shop_size_${unit}`)] as const),
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
  ['label-domain', counter({ ...named('shop_sales_total'), labels: [upTo(Infinity)] })],
  ['label-domain', counter({ ...named('shop_sales_total'), labels: [upTo(1.5)] })],
  ['label-domain', counter({ ...named('shop_sales_total'), labels: [upTo(1, ['a', 'b'])] })],
  ['bounded-series', counter({ ...named('shop_sales_total'), maxSeries: Infinity })],
  ['bounded-series', counter({ ...named('shop_sales_total'), maxSeries: Number.NaN })],
  ['bounded-series', counter({ ...named('shop_sales_total'), maxSeries: 2.5 })],
  ['value-twice', labelled(['paid', ['x', 'x']])],
  [
    'bounded-series',
    counter({ ...named('shop_sales_total'), labels: [oneOf('a', ['1', '2'])], maxSeries: 1 }),
  ],
  [
    'bounded-series',
    counter({
      ...named('shop_sales_total'),
      labels: [oneOf('a', ['1', '2']), open('b', { atMost: 5 })],
      maxSeries: 1,
    }),
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
    const allow = { 'base-unit': 'an exercise' }
    expect(lint({ one: { ...level('shop_load_percent'), allow } })).toEqual([])
  })

  it('lets nothing waive what would make the scrape unreadable', async () => {
    const allow = { 'unit-suffix': 'it is so' } as Record<string, string>
    const wait = gauge({ ...named('shop_wait'), unit: 'seconds', aggregate: 'max', allow })
    expect(lint({ wait })).toEqual([
      'shop_wait: allow cannot waive unit-suffix',
      expect.stringContaining('[unit-suffix]'),
    ])
    // @ts-expect-error nor does it compile
    level('shop_wait', { 'unit-suffix': 'x' })
  })

  it('finds two metrics that are one family in OpenMetrics', () => {
    const orders = counter(named('shop_orders_total'))
    expect(lint({ one: level('shop_orders'), orders })).toEqual([
      'shop_orders_total: shop_orders has the name shop_orders in the exposition already',
    ])
    const allow = { 'reserved-suffix': 'heads are counted' }
    const counted = { ...level('shop_weight_count'), allow }
    expect(lint({ one: buckets(1), counted })).toEqual([
      'shop_weight_count: shop_weight has the name shop_weight_count in the exposition already',
    ])
  })

  it('takes words for words that are no units', () => {
    expect(lint({ one: level('s_constructor_to_string_bytes') })).toEqual([])
  })

  it.each(['help', 'name'])('reports a %s that is not there', (field) => {
    const problems = lint({ one: { ...level('shop_level'), [field]: undefined } })
    expect(problems).toHaveLength(1)
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

  it.each([
    [{ 'bad-name': 'x' }, 'label bad-name must be lower snake_case without __'],
    [{ __x: 'x' }, 'label __x must be lower snake_case without __'],
    [{ le: 'x' }, 'label le is made by Prometheus'],
    [{ till: undefined }, 'label till has no text for a value, but undefined'],
  ])('names the mistake in labels %o of every series', (labels, problem) => {
    const options = { catalogue: { one: level('shop_level') }, exporter: 'shop' }
    const make = () =>
      createSideport({ ...options, registry: new Registry(), labels: labels as never })
    expect(make).toThrow(`The labels of every series have mistakes:\n  ${problem}`)
  })

  it('takes a label that only objects have by that name', () => {
    const catalogue = { sales: labelled(['constructor', ['x']]) }
    const options = { catalogue, exporter: 'shop', registry: new Registry(), labels: { till: '1' } }
    expect(() => createSideport(options)).not.toThrow()
  })

  it('names the process that the metrics about itself leave out', () => {
    const catalogue = selfMetrics(['till'], 'shop_metrics_')
    const make = () => createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
    expect(make).toThrow("The catalogue's selfMetrics leave out shop: add it to their exportedBy.")
  })

  it('names the exporters there are when it is asked for another', () => {
    const catalogue = {
      here: level('shop_here'),
      there: { ...level('shop_there'), exportedBy: ['till'] },
    }
    const make = () => createSideport({ catalogue, exporter: 'shpo', registry: new Registry() })
    expect(make).toThrow(
      'Nothing in the catalogue is exported by shpo; its exporters are shop, till.',
    )
  })

  it('leaves the registry alone when one of its names is taken', () => {
    const registry = new Registry()
    new Gauge({ name: 'shop_last', help: 'x', registers: [registry] })
    const catalogue = { first: level('shop_first'), last: level('shop_last') }
    const make = () => createSideport({ catalogue, exporter: 'shop', registry })
    expect(make).toThrow(
      'The registry already has a metric named shop_last; rename one of the two.',
    )
    expect(registry.getMetricsAsArray()).toHaveLength(1)
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
