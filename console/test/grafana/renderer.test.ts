import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calculate } from '../../src/grafana/calculations.ts'
import { lonely, stacked } from '../../src/grafana/chart.tsx'
import { configOf, display, readField, stepsOf, thresholdOf } from '../../src/grafana/fields.ts'
import { compare, seriesFrames, tableFrame, transform } from '../../src/grafana/frames.ts'
import { parseTime, readDashboard, secondsOf, type Variable } from '../../src/grafana/model.ts'
import { CALCULATIONS } from '../../src/grafana/schema.ts'
import { legendEntries, linesOf, regionsOf } from '../../src/grafana/series.ts'
import {
  interpolate,
  legendOf,
  type ResolvedVariable,
  resolveVariables,
  stepOf,
} from '../../src/grafana/template.ts'
import { format, tokenOf } from '../../src/grafana/values.ts'

const FOLDER = join(PROJECT, 'operations', 'clusters', 'prod', 'monitoring', 'dashboards')
const OURS = readdirSync(FOLDER).filter((name) => name.endsWith('.json'))
const ours = (name: string) => readDashboard(JSON.parse(readFileSync(join(FOLDER, name), 'utf8')))
const MINUTE = 60_000

describe('reading a dashboard', () => {
  test.each(OURS)('draws every part of %s', (name) => {
    const { unsupported, rows } = ours(name)
    expect(unsupported).toEqual([])
    const panels = rows.flatMap((row) => row.panels)
    expect(panels.length).toBeGreaterThan(5)
  })

  test('names each part that it does not draw', () => {
    const { unsupported } = readDashboard({
      panels: [
        { type: 'heatmap', title: 'Heat' },
        {
          ...{ type: 'timeseries', title: 'Lines', transformations: [{ id: 'pivot' }] },
          fieldConfig: {
            defaults: { unit: 'furlongs', custom: { spanNulls: 3_600, glow: 3 } },
            overrides: [
              {
                matcher: { id: 'byWeather', options: 'x' },
                properties: [{ id: 'custom.glow', value: 3 }],
              },
            ],
          },
          targets: [{ refId: 'A', expr: 'up', format: 'heatmap' }],
        },
      ],
      snapshot: {},
    })
    expect(unsupported).toEqual([
      'snapshot is not known',
      'panel “Heat”: type "heatmap" is not drawn',
      'panel “Lines”: transformations[0]: the transformation "pivot" is not known',
      'panel “Lines”: fieldConfig.defaults.unit is "furlongs"',
      'panel “Lines”: fieldConfig.defaults.custom.spanNulls is 3600',
      'panel “Lines”: fieldConfig.defaults.custom.glow is not known',
      'panel “Lines”: fieldConfig.overrides[0].matcher.id is "byWeather"',
      'panel “Lines”: fieldConfig.overrides[0].custom.glow is not known',
      'panel “Lines”, query A: format is "heatmap"',
    ])
  })

  test('puts panels into the row above them, and those of a collapsed row inside it', () => {
    const at = (y: number, x = 0) => ({ x, y, w: 12, h: 8 })
    const panel = (title: string, y: number, x = 0) => ({ type: 'text', title, gridPos: at(y, x) })
    const { rows } = readDashboard({
      panels: [
        panel('second', 0, 12),
        panel('first', 0),
        { type: 'row', title: 'Open', gridPos: at(8), panels: [] },
        panel('third', 9),
        {
          type: 'row',
          title: 'Closed',
          collapsed: true,
          gridPos: at(17),
          panels: [panel('fourth', 18)],
        },
      ],
    })
    expect(
      rows.map(({ title, collapsed, panels }) => [
        title,
        collapsed,
        panels.map((one) => one.title),
      ]),
    ).toEqual([
      ['', false, ['first', 'second']],
      ['Open', false, ['third']],
      ['Closed', true, ['fourth']],
    ])
  })

  test('refuses what is no dashboard', () => {
    for (const json of [null, 3, [], {}, 'x'])
      expect(() => readDashboard(json)).toThrow('no panels')
  })
})

const NOW = Date.UTC(2026, 5, 17, 13, 45, 30)
test.each([
  ['now', NOW],
  ['now-6h', NOW - 360 * MINUTE],
  ['now-1d+2h', NOW - 22 * 60 * MINUTE],
  ['now/d', Date.UTC(2026, 5, 17)],
  ['now-1d/d', Date.UTC(2026, 5, 16)],
  ['now/w', Date.UTC(2026, 5, 15)],
  ['1750000000000', 1_750_000_000_000],
  ['2026-06-17T13:45:30Z', NOW],
  ['yesterday', undefined],
] as const)('reads the time %s', (text, at) => {
  expect(parseTime(text, NOW)).toBe(at)
})

test.each([
  ['30s', 30],
  ['1m', 60],
  ['500ms', 0.5],
  ['', 0],
  ['soon', 0],
] as const)('reads the duration %j', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds)
})

const variable = (changes: Partial<ResolvedVariable>): ResolvedVariable => ({
  ...{ name: 'x', label: 'x', description: '', type: 'query', query: '', sort: 0, current: [] },
  ...{
    regex: '',
    multi: false,
    includeAll: false,
    isHidden: false,
    options: ['a', 'b.c'],
    chosen: ['a'],
  },
  ...changes,
})

test.each([
  ['a{x=~"$x"}', {}, 'a{x=~"a"}'],
  ['${x}-$x-[[x]]', {}, 'a-a-a'],
  ['$x', { chosen: ['say "hi"\\'] }, 'say \\"hi\\"\\\\'],
  ['$x', { multi: true, chosen: ['b.c'] }, 'b\\\\.c'],
  ['$x', { multi: true, chosen: ['a', 'b.c'] }, '(a|b\\\\.c)'],
  ['$x', { multi: true, chosen: ['$__all'], allValue: '.*' }, '.*'],
  ['$x', { multi: true, chosen: ['$__all'] }, '(a|b\\\\.c)'],
  ['${x:pipe} ${x:csv}', { multi: true, chosen: ['a', 'b.c'] }, 'a|b.c a,b.c'],
  ['${x:queryparam}', { multi: true, chosen: ['a', 'b c'] }, 'var-x=a&var-x=b%20c'],
  ['$xy ${other} $1', {}, '$xy ${other} $1'],
] as const)('replaces variables in %s', (text, changes, result) => {
  expect(interpolate(text, [variable(changes as Partial<ResolvedVariable>)])).toBe(result)
})

test.each([
  [30, '120s', '30s'],
  [120, '150s', '120s'],
] as const)('gives a rate at least four scrapes at a step of %d s', (step, rate, interval) => {
  const around = { from: 0, to: 3_600, step, scrape: 30 }
  expect(interpolate('[$__rate_interval] [$__interval] $__range_s', [], around)).toBe(
    `[${rate}] [${interval}] 3600`,
  )
})

test('a step is never shorter than a scrape, and gives no more points than there is room for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 60, max: 40 * 86_400 }),
      fc.integer({ min: 50, max: 3_000 }),
      (length, points) => {
        const step = stepOf(0, length, points, 30)
        expect(step).toBeGreaterThanOrEqual(30)
        expect(length / step).toBeLessThanOrEqual(points)
      },
    ),
    { seed: 1 },
  )
})

test('resolves variables in order: the address first, then what the file has chosen, then the first', async () => {
  const asked: unknown[] = []
  const source = {
    range: async () => [],
    instant: async () => [],
    labelValues: async (label: string, match: readonly string[]) => {
      asked.push([label, match])
      return label === 'env' ? ['stage', 'prod'] : ['/b', '/a']
    },
  }
  const query = (name: string, text: string, more: object = {}): Variable => ({
    ...variable({ name, query: text, sort: 1, ...more }),
  })
  const dashboard = {
    ...readDashboard({ panels: [] }),
    variables: [
      query('env', 'label_values(up, env)', { current: ['stage'] }),
      query('route', 'label_values(r{env="$env"}, route)', { multi: true, includeAll: true }),
    ],
  }
  const resolve = async (given: Record<string, string[]>) =>
    (
      await resolveVariables(dashboard, (name) => given[name] ?? [], source, { from: 0, to: 1 })
    ).map(({ options, chosen }) => [options, chosen])
  expect(await resolve({})).toEqual([
    [['prod', 'stage'], ['stage']],
    [['/a', '/b'], ['$__all']],
  ])
  expect(asked).toEqual([
    ['env', ['up']],
    ['route', ['r{env="stage"}']],
  ])
  expect(
    (await resolve({ env: ['prod'], route: ['/a', '/b'] })).map(([, chosen]) => chosen),
  ).toEqual([['prod'], ['/a', '/b']])
})

// https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit
test.each([
  [0, 'short', '0'],
  [1_234, 'short', '1.23 K'],
  [12_345_678, 'short', '12.3 Mil'],
  [1_234, 'none', '1234'],
  [0.25, 'percentunit', '25%'],
  [99.5, 'percent', '99.5%'],
  [0.012, 's', '12 ms'],
  [90, 's', '1.5 min'],
  [86_400, 's', '1 day'],
  [7_800, 's', '2.17 hours'],
  [0, 's', '0 s'],
  [1_536, 'bytes', '1.5 KiB'],
  [0, 'bytes', '0 B'],
  [2.5, 'reqps', '2.5 req/s'],
  [0.0111, 'reqps', '0.666 req/min'],
  [1_500, 'cpm', '1.5 K c/min'],
  [-3.14159, 'none', '−3.14'],
  [3, 'suffix: jobs', '3  jobs'],
  [Number.NaN, 'short', '–'],
  [null, 's', '–'],
  [Number.POSITIVE_INFINITY, 's', '∞'],
] as const)('writes %s in the unit %s as %s', (value, unit, text) => {
  expect(format(value, unit)).toBe(text)
})

test('writes every number in at most three significant digits', () => {
  const units = ['none', 'short', 's', 'percentunit', 'bytes', 'reqps']
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.constantFrom(...units),
      (value, unit) => {
        const text = format(value, unit)
        expect(text).not.toMatch(/e[-+]?\d|NaN|undefined/)
        const [number = ''] = text.split(/[ %]/)
        const significant = number.replace(/[−.]/g, '').replace(/^0+/, '')
        // Whole numbers keep the digits before the point.
        expect(significant.length <= 3 || !number.includes('.')).toBe(true)
      },
    ),
    { seed: 1 },
  )
})

test.each([
  [0, 'green'],
  [1, 'red'],
  [5, 'red'],
  [null, undefined],
] as const)('takes the colour of the last step that %s has reached', (value, color) => {
  const steps = [
    { value: null, color: 'green' },
    { value: 1, color: 'red' },
  ]
  expect(thresholdOf(value, steps)?.color).toBe(color)
})

test.each([
  ['green', '--ok'],
  ['dark-red', '--bad'],
  ['semi-dark-orange', '--warn'],
  ['#ff0000', '#ff0000'],
  ['url(#x)', '--text'],
  ['constructor', '--text'],
])('shows %s as %s', (color, token) => {
  expect(tokenOf(color)).toBe(token)
})

test.each([
  ['{{job}} on {{ instance }}', { job: 'api', instance: 'a:1' }, 'api on a:1'],
  ['{{missing}}!', {}, '!'],
  ['', { __name__: 'up', job: 'api' }, 'up{job="api"}'],
  ['__auto', {}, 'expr'],
] as const)('names a line by %j', (legend, labels, name) => {
  expect(legendOf(legend, labels as Record<string, string>, 'expr')).toBe(name)
})

const panel = (changes: object = {}) => ({ defaults: {}, overrides: [], ...changes })
const config = readField({})

test('a line has a gap where there is no sample, and errors alone are red', () => {
  const frames = seriesFrames(
    'A',
    [
      {
        metric: { route: '/a' },
        values: [
          [0, '1'],
          [20, '3'],
        ],
      },
      { metric: { route: '5xx' }, values: [[10, 'NaN']] },
    ],
    ({ route = '' }) => route,
  )
  const { times, lines } = linesOf(frames, panel(), { start: 0, end: 20, step: 10 })
  expect(times).toEqual([0, 10, 20])
  expect(lines).toMatchObject([
    { label: '/a', values: [1, null, 3], color: '--c1' },
    { label: '5xx', values: [null, null, null], color: '--bad' },
  ])
})

test('a legend lists the highest first, and counts what is zero all along', () => {
  const line = (label: string, ...values: number[]) => ({ label, values, color: '', config })
  const { entries, zeros } = legendEntries([line('a', 1), line('zero', 0), line('b', 2)])
  expect(entries.map(({ line, last }) => [line.label, last])).toEqual([
    ['b', 2],
    ['a', 1],
  ])
  expect(zeros).toBe(1)
  expect(legendEntries([line('a', 0), line('b', 0), line('c', 0)])).toEqual({
    entries: [],
    zeros: 3,
  })
})

const stack = (mode: string, ...all: (number | null)[][]) =>
  stacked(
    all.map((values) => ({
      ...{ label: 'a', color: '', values },
      config: readField({ custom: { stacking: { mode } } }),
    })),
  )

test('a stack adds each line to those below it, negative ones apart', () => {
  expect(stack('normal', [1, null, 2], [10, 10, null], [-1, -2, -3], [-1, 1, -1])).toEqual([
    [1, null, 2],
    [11, 10, null],
    [-1, -2, -3],
    [-2, 11, -4],
  ])
  expect(stack('none', [1], [2])).toEqual([[1], [2]])
  expect(stack('percent', [1, 0], [3, 0])).toEqual([
    [0.25, 0],
    [1, 0],
  ])
})

test('a value between two gaps is drawn as a point', () => {
  expect(lonely([1, null, 2, 3, null, 4, undefined])).toEqual([0, 5])
})

test('samples without a gap are one region of an annotation', () => {
  const annotation = {
    name: 'Alerts',
    expr: 'x',
    color: 'red',
    step: 60,
    titleFormat: '{{route}}',
    textFormat: '',
  }
  const values: [number, string][] = [
    [0, '1'],
    [60, '1'],
    [120, '0'],
    [180, '1'],
  ]
  expect(regionsOf(annotation, [{ metric: { route: 'A' }, values }])).toEqual([
    { from: 0, to: 60, title: 'A', text: '', color: 'red' },
    { from: 180, to: 180, title: 'A', text: '', color: 'red' },
  ])
})

test.each([
  ['lastNotNull', 4],
  ['last', null],
  ['firstNotNull', 2],
  ['first', null],
  ['min', 1],
  ['max', 4],
  ['mean', 7 / 3],
  ['median', 2],
  ['sum', 7],
  ['count', 5],
  ['range', 3],
  ['diff', 2],
  ['diffperc', 1],
  // A counter that fell started again.
  ['delta', 4],
  ['distinctCount', 3],
] as const)('calculates %s as Grafana does', (name, result) => {
  expect(calculate(name, [null, 2, 1, 4, null])).toBe(result)
})

test('a calculation of no values is no number', () => {
  for (const name of CALCULATIONS.filter((one) => one !== 'count'))
    expect(calculate(name, [])).toBeNull()
})

test('the mean lies between the least and the greatest value', () => {
  const numbers = fc.array(fc.option(fc.integer({ min: -1e6, max: 1e6 })), { minLength: 1 })
  fc.assert(
    fc.property(numbers, (values) => {
      const [least, mean, most] = ['min', 'mean', 'max'].map((name) => calculate(name, values))
      if (mean === null) return values.every((value) => value === null)
      return (least ?? 0) <= (mean ?? 0) + 1e-6 && (mean ?? 0) <= (most ?? 0) + 1e-6
    }),
    { seed: 1 },
  )
})

test.each([
  ['byName', 'errors'],
  ['byRegexp', '/^err/'],
  ['byFrameRefID', 'B'],
  ['byType', 'number'],
  ['byNames', { names: ['errors'] }],
])('an override by %s changes the fields it matches', (id, options) => {
  const override = {
    matcher: { id, options },
    properties: [
      { id: 'unit', value: 's' },
      { id: 'custom.lineWidth', value: 3 },
      { id: 'color', value: { mode: 'fixed', fixedColor: 'purple' } },
    ],
  }
  const overridden = panel({ defaults: { unit: 'bytes' }, overrides: [override] })
  const errors = configOf(overridden, { name: 'errors', refId: 'B', type: 'number' })
  expect(errors).toMatchObject({ unit: 's', lineWidth: 3, color: 'purple' })
  const other = configOf(overridden, { name: 'time', refId: 'A', type: 'string' })
  expect(other).toMatchObject({ unit: 'bytes', lineWidth: 1 })
})

test.each([
  [0, 'down', 'red'],
  [7, 'some', undefined],
  [null, 'nothing', undefined],
  [Number.NaN, 'nothing', undefined],
  [12, '12', undefined],
  ['node-3', '3', undefined],
  ['other', 'other', undefined],
] as const)('maps %s to %s', (value, text, color) => {
  const mappings = [
    { type: 'value', options: { 0: { text: 'down', color: 'red' } } },
    { type: 'range', options: { from: 5, to: 9, result: { text: 'some' } } },
    { type: 'special', options: { match: 'null+nan', result: { text: 'nothing' } } },
    { type: 'regex', options: { pattern: '/^node-(\\d)$/', result: { text: '$1' } } },
  ]
  expect(display(value, readField({ mappings }))).toEqual({ text, color })
})

test('thresholds in percent lie between the least and the greatest value', () => {
  const steps = [
    { value: null, color: 'green' },
    { value: 80, color: 'red' },
  ]
  const percentage = readField({ thresholds: { mode: 'percentage', steps }, min: 100, max: 200 })
  expect(stepsOf(percentage, { min: 0, max: 1 }).map(({ value }) => value)).toEqual([null, 180])
  const open = readField({ thresholds: { mode: 'percentage', steps } })
  expect(stepsOf(open, { min: 0, max: 50 }).map(({ value }) => value)).toEqual([null, 40])
})

describe('transformations', () => {
  const series = (instance: string, value: string) => ({
    metric: { instance, job: 'node' },
    values: [[10, value]] as [number, string][],
  })
  const frames = [
    tableFrame('A', [series('a', '1'), series('b', '2')], 'Value #A'),
    tableFrame('B', [series('b', '20'), series('c', '30')], 'Value #B'),
  ]
  const table = (...transformations: { id: string; options: object }[]) =>
    transform(
      frames,
      transformations.map(({ id, options }) => ({ id, options: { ...options } })),
    ).map(({ fields }) => fields.map(({ name, values }) => [name, ...values]))

  test('merge makes one row of those that agree in what all tables have', () => {
    expect(table({ id: 'merge', options: {} })).toEqual([
      [
        ['Time', 10_000, 10_000, 10_000],
        ['instance', 'a', 'b', 'c'],
        ['job', 'node', 'node', 'node'],
        ['Value #A', 1, 2, null],
        ['Value #B', null, 20, 30],
      ],
    ])
  })

  test('organize leaves out, orders and renames; sortBy and limit choose rows', () => {
    const organize = {
      excludeByName: { Time: true, job: true },
      indexByName: { 'Value #B': 0, instance: 1 },
      renameByName: { 'Value #B': 'Load' },
    }
    expect(
      table(
        { id: 'merge', options: {} },
        { id: 'organize', options: organize },
        { id: 'sortBy', options: { sort: [{ field: 'Load', desc: true }] } },
        { id: 'limit', options: { limitField: 2 } },
      ),
    ).toEqual([
      [
        ['Load', 30, 20],
        ['instance', 'c', 'b'],
        ['Value #A', null, 2],
      ],
    ])
  })

  test('joinByField joins by one field, and an inner join keeps what all tables have', () => {
    const options = { byField: 'instance', mode: 'inner' }
    const [joined = []] = table({ id: 'joinByField', options })
    expect(joined.find(([name]) => name === 'Value #B')).toEqual(['Value #B', 20])
  })

  test('filterFieldsByName and renameByRegex act on names', () => {
    expect(
      table(
        { id: 'merge', options: {} },
        { id: 'filterFieldsByName', options: { include: { pattern: '/^(inst|Value)/' } } },
        { id: 'renameByRegex', options: { regex: '/Value #(.*)/', renamePattern: 'Query $1' } },
      )[0]?.map(([name]) => name),
    ).toEqual(['instance', 'Query A', 'Query B'])
  })

  test('labelsToFields makes a column of each label, and reduce a row of each series', () => {
    const lines = seriesFrames('A', [series('a', '5')], ({ instance = '' }) => instance)
    const names = (id: string, options: object) =>
      transform(lines, [{ id, options: { ...options } }]).flatMap(({ fields }) =>
        fields.map(({ name, values }) => [name, values[0]]),
      )
    expect(names('labelsToFields', {})).toEqual([
      ['Time', 10_000],
      ['instance', 'a'],
      ['job', 'node'],
      ['a', 5],
    ])
    expect(names('reduce', { reducers: ['max', 'mean'] })).toEqual([
      ['Field', 'a'],
      ['Max', 5],
      ['Mean', 5],
    ])
  })

  test('what is missing is sorted last', () => {
    expect([3, null, 1, Number.NaN, 'b', 'a10', 'a9'].toSorted(compare).slice(-2)).toEqual([
      null,
      Number.NaN,
    ])
  })
})
