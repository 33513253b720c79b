import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VNode } from 'preact'
import { renderToString } from 'preact-render-to-string'
import { describe, expect, test } from 'vitest'
import { axesOf, rangeOf } from '../../src/grafana/chart.tsx'
import { readField } from '../../src/grafana/fields.ts'
import { text } from '../../src/grafana/json.ts'
import { Markdown } from '../../src/grafana/markdown.tsx'
import { type Panel, readDashboard } from '../../src/grafana/model.ts'
import { askPanel } from '../../src/grafana/query.ts'
import { repeatedRows, scoped } from '../../src/grafana/repeat.ts'
import { linesOf } from '../../src/grafana/series.ts'
import { BarGauge, Gauge, marksOf, readingsOf, Stat } from '../../src/grafana/single.tsx'
import { columnsOf, Table } from '../../src/grafana/table.tsx'
import { resolveVariables, type Source } from '../../src/grafana/template.ts'

/** Dashboards in Grafana's format that are none of ours: they use what ours do not. */
const read = (name: string) =>
  readDashboard(JSON.parse(readFileSync(join(import.meta.dirname, 'public', name), 'utf8')))

type Labels = Record<string, string>
/** Answers by the metric that an expression names: labels and a value for each series. */
const ANSWERS: readonly (readonly [RegExp, readonly (readonly [Labels, number])[]])[] = [
  [/count by \(cluster\)/, [...'abc'].map((cluster) => [{ cluster }, 1] as const)],
  [/mode="idle"/, [[{}, 97.25]]],
  [/pressure_cpu/, [[{}, 0.25]]],
  [/pressure_io/, [[{}, 0.95]]],
  [/boot_time/, [[{ instance: 'host-1' }, 90_000]]],
  [
    /readonly/,
    [
      [{ mountpoint: '/' }, 0],
      [{ mountpoint: '/data' }, 1],
    ],
  ],
  [
    /receive_bytes/,
    [
      [{ device: 'eth0' }, 8_000],
      [{ device: 'lo' }, 10],
    ],
  ],
  [/transmit_bytes/, [[{ device: 'eth0' }, 4_000]]],
  [/receive_drop/, [[{ device: 'eth0' }, 2]]],
  [
    /by \(mode\)/,
    [
      [{ mode: 'user' }, 0.25],
      [{ mode: 'idle' }, 0.75],
    ],
  ],
  [/disk_reads/, [[{ device: 'sda' }, 40]]],
  [
    /memory_working/,
    [
      [{ workload: 'web' }, 2 ** 30],
      [{ workload: 'db' }, 2 ** 31],
    ],
  ],
  [
    /cpu_usage/,
    [
      [{ workload: 'db' }, 0.9],
      [{ workload: 'web' }, 0.2],
    ],
  ],
  [
    /min by \(workload\)/,
    [
      [{ workload: 'web' }, 1],
      [{ workload: 'db' }, 0],
    ],
  ],
  [
    /requests_total/,
    [
      [{ handler: '/a' }, 3],
      [{ handler: '/b' }, 1],
    ],
  ],
  [/duration_seconds/, [...'wxyz'].map((handler, index) => [{ handler }, index + 1] as const)],
]
const answerTo = (expr: string) => {
  const [, series] = ANSWERS.find(([pattern]) => pattern.test(expr)) ?? []
  if (!series) throw new Error(`No answer to ${expr}`)
  return series
}

const asked: string[] = []
const source: Source = {
  instant: async ({ expr, time }) => {
    asked.push(expr)
    return answerTo(expr).map(([metric, value]) => ({ metric, value: [time, String(value)] }))
  },
  range: async ({ expr, start, end, step }) => {
    asked.push(`${expr} every ${step}`)
    const times = Array.from({ length: (end - start) / step + 1 }, (_, at) => start + at * step)
    return answerTo(expr).map(([metric, value]) => ({
      metric,
      values: times.map((at): [number, string] => [at, String(value)]),
    }))
  },
  labelValues: async (label) => (label === 'job' ? ['node'] : ['host-2', 'host-1', 'build-7']),
}
const TIME = { from: 0, to: 10_800, scrape: 15 }

/** A dashboard with its variables resolved and what repeats repeated. */
async function opened(name: string) {
  const dashboard = read(name)
  const variables = await resolveVariables(dashboard, () => [], source, TIME)
  const rows = repeatedRows(dashboard.rows, variables)
  const panels = rows.flatMap((row) => row.panels)
  const frames = (panel: Panel) =>
    askPanel(panel, { ...TIME, source, variables: scoped(variables, panel.scope) }, 600)
  const panel = (title: string): Panel => {
    const found = panels.find((one) => one.title === title)
    if (!found) throw new Error(`No panel ${title}`)
    return found
  }
  return { dashboard, variables, rows, panels, panel, frames }
}
const written = (node: VNode) =>
  renderToString(node)
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()

describe('a dashboard of a host', () => {
  test('is drawn in every part', () => {
    expect(read('host-detail.json').unsupported).toEqual([])
  })

  test('resolves a regular expression, a list and an interval as variables', async () => {
    const { variables } = await opened('host-detail.json')
    const chosen = variables.map(({ name, options, chosen }) => [name, options, chosen])
    expect(chosen.slice(1)).toEqual([
      ['job', ['node'], ['node']],
      ['node', ['host-1', 'host-2'], ['host-1']],
      ['disk', ['sda', 'sdb'], ['sda', 'sdb']],
      ['window', ['1m', '5m', '15m'], ['5m']],
    ])
  })

  test('asks with variables filled in, and not for hidden queries', async () => {
    const { panels, frames } = await opened('host-detail.json')
    asked.length = 0
    await Promise.all(panels.map(frames))
    expect(asked).toContain(
      '100 * (1 - avg(rate(node_cpu_seconds_total{mode="idle", instance="host-1"}[5m])))',
    )
    expect(asked.filter((expr) => /^up\b|\$/.test(expr))).toEqual([])
    // `maxDataPoints` of 120 over three hours is a point each 90 seconds, rounded to a nice step.
    expect(asked.find((expr) => expr.includes('by (mode)'))).toMatch(/\[135s\].* every 120$/)
  })

  test('draws a gauge with its value, thresholds in percent and the colour reached', async () => {
    const { panel, frames } = await opened('host-detail.json')
    const cpu = panel('CPU busy')
    const { frames: found } = await frames(cpu)
    const [reading] = readingsOf(cpu, found)
    expect(reading).toMatchObject({ text: '97.3%', color: '--bad', span: { min: 0, max: 100 } })
    expect(reading && marksOf(reading.config, reading.span)).toEqual([
      { from: 0, to: 0.85, color: '--ok' },
      { from: 0.85, to: 0.95, color: '--warn' },
      { from: 0.95, to: 1, color: '--bad' },
    ])
    expect(written(<Gauge panel={cpu} frames={found} />)).toBe('97.3% over its limit')
    expect(written(<Gauge panel={cpu} frames={[]} />)).toBe('No data')
  })

  test('draws bars by their mean, one of them renamed by an override', async () => {
    const { panel, frames } = await opened('host-detail.json')
    const { frames: found } = await frames(panel('Pressure'))
    const html = <BarGauge panel={panel('Pressure')} frames={found} />
    expect(written(html)).toBe('CPU 25% Disk 95% over its limit')
    expect(renderToString(html)).toContain('width:95.0%')
  })

  test('writes single numbers with mappings, names and a line behind', async () => {
    const { panel, frames } = await opened('host-detail.json')
    const uptime = panel('Uptime')
    const html = renderToString(<Stat panel={uptime} frames={(await frames(uptime)).frames} />)
    expect(html).toContain('gf-spark')
    expect(html).toContain('1.0 days')
    const disks = panel('Filesystems')
    const filled = <Stat panel={disks} frames={(await frames(disks)).frames} />
    expect(written(filled)).toBe('/ writable /data read-only over its limit')
    expect(written(<Stat panel={disks} frames={[]} />)).toBe('unknown')
  })

  test('writes Markdown without carrying out what is in it', async () => {
    const { panel } = await opened('host-detail.json')
    const content = text(panel('').options.content)
    const html = renderToString(<Markdown text={`${content} [x](javascript:alert(1))`} />)
    expect(html).toContain('<b>operations</b>')
    expect(html).toContain('<a href="https://example.org/hosts">')
    expect(html).not.toMatch(/<img|javascript:/)
  })

  test('draws overrides: below zero, on a second axis, dashed, or not at all', async () => {
    const { panel, frames } = await opened('host-detail.json')
    const network = panel('Network')
    const { frames: found, range } = await frames(network)
    const { lines } = linesOf(found, network, range)
    expect(lines.map(({ label, values, color }) => [label, values[0], color])).toEqual([
      ['eth0 received', 8_000, '--c1'],
      ['eth0 sent', -4_000, '--c2'],
      ['eth0 dropped', 2, '#E0B400'],
    ])
    expect(axesOf(network, lines).map(({ unit, isRight }) => [unit, isRight])).toEqual([
      ['bps', false],
      ['pps', true],
    ])
    expect(lines[2]?.config).toMatchObject({ dash: [10, 10], axis: 'right' })
    expect(network.legend).toEqual({
      mode: 'table',
      placement: 'bottom',
      calculations: ['mean', 'lastNotNull', 'max'],
    })
  })

  test('repeats a collapsed row for each device', async () => {
    const { rows, frames } = await opened('host-detail.json')
    const repeated = rows.filter(({ repeat }) => repeat === 'disk')
    expect(repeated.map(({ scope, collapsed }) => [scope, collapsed])).toEqual([
      [{ disk: 'sda' }, true],
      [{ disk: 'sdb' }, true],
    ])
    asked.length = 0
    for (const { panels } of repeated) for (const panel of panels) await frames(panel)
    expect(asked.map((expr) => /device="(\w+)"/.exec(expr)?.[1])).toEqual(['sda', 'sdb'])
  })
})

describe('a dashboard of services', () => {
  test('is drawn in every part', () => {
    expect(read('services.json').unsupported).toEqual([])
  })

  test('joins three queries to one table, sorted, coloured and with bars', async () => {
    const { panel, frames } = await opened('services.json')
    const workloads = panel('Workloads')
    const { frames: found } = await frames(workloads)
    const [table] = found
    expect(found).toHaveLength(1)
    expect(table && columnsOf(workloads, table).map(({ title }) => title)).toEqual([
      'Workload',
      'State',
      'CPU',
      'Memory',
    ])
    const node = <Table panel={workloads} frames={found} />
    expect(written(node)).toBe('Workload State CPU Memory db down 0.90 2 GiB web up 0.20 1 GiB')
    expect(renderToString(node)).toMatch(/width:50\.0%.*width:25\.0%/)
    expect(renderToString(node)).toContain('--fill:var(--bad)')
  })

  test('repeats a panel for each value of a variable, two in a row, and moves the rest down', async () => {
    const { panels } = await opened('services.json')
    const places = panels.map(({ title, scope, gridPos: { x, y, w } }) => [
      ...[title, scope?.cluster, x, y, w],
    ])
    expect(places).toEqual([
      ['Workloads', undefined, 0, 0, 24],
      ['Requests of $cluster', 'a', 0, 9, 12],
      ['Requests of $cluster', 'b', 12, 9, 12],
      ['Requests of $cluster', 'c', 0, 17, 12],
      ['Slowest handlers', undefined, 0, 25, 24],
    ])
  })

  test('reduces series to rows and keeps the first of them', async () => {
    const { panel, frames } = await opened('services.json')
    const slowest = panel('Slowest handlers')
    const { frames: found } = await frames(slowest)
    expect(written(<Table panel={slowest} frames={found} />)).toBe(
      'Field Max Mean y 3 s 3 s x 2 s 2 s w 1 s 1 s',
    )
  })
})

test('names each part of a dashboard that is not drawn', () => {
  expect(read('partly-drawn.json').unsupported).toEqual([
    'variable “Filters”: type is "adhoc"',
    'variable “Filters”: filters is not known',
    'panel “Latency buckets”: type "heatmap" is not drawn',
    'panel “Old graph”: type "graph" is not drawn',
    'panel “Computed”: timeFrom is not known',
    'panel “Computed”: fieldConfig.defaults.color.mode is "continuous-GrYlRd"',
    'panel “Computed”: fieldConfig.defaults.custom.gradientMode is "scheme"',
    'panel “Computed”: transformations[0]: the transformation "calculateField" is not known',
    'panel “All values”: options.reduceOptions.values is true',
    'panel “All values”: options.reduceOptions.calcs has "uniqueValues"',
  ])
})

test.each([
  ['from zero where the JSON asks for it', { custom: { axisSoftMin: 0 } }, [3, 10], [0, 11]],
  ['to its own limits', { min: 1, max: 5 }, [3, 10], [1, 5]],
  ['below zero, soft limits notwithstanding', { custom: { axisSoftMin: 0 } }, [-2, 10], [-2, 11]],
  ['to a soft limit above the values', { custom: { axisSoftMax: 20 } }, [0, 10], [0, 22]],
  ['somewhere without values', {}, [null, null], [0, 1]],
] as const)('an axis goes %s', (_, defaults, [low, high], range) => {
  const [bottom, top] = rangeOf(readField(defaults), { min: 0, max: 1 }, low, high)
  expect([bottom, Math.round(top * 10) / 10]).toEqual(range)
})

test('an axis reaches to a threshold that is near, and leaves a far one out of sight', () => {
  const limited = (value: number) => {
    const defaults = {
      thresholds: { mode: 'absolute', steps: [{ value: null }, { value, color: 'red' }] },
      custom: { thresholdsStyle: { mode: 'line' } },
    }
    return Math.round(rangeOf(readField(defaults), { min: 0, max: 10 }, 0, 10)[1])
  }
  expect([limited(40), limited(1_000)]).toEqual([44, 11])
})
