import { useMemo, useState } from 'preact/hooks'
import type { Labels } from '../../server/state.ts'
import { type InstantSeries, prometheus, useAsked } from '../ask.ts'
import { digits, unitOf, withUnit } from '../format.ts'
import { useLive } from '../live.ts'
import { useRoute } from '../router.ts'
import { colorOf, linesOf, SeriesChart } from '../series-chart.tsx'
import { Empty, Failed, LabelList, Loading } from '../ui.tsx'
import { PromqlEditor } from './promql-editor.tsx'

const RANGES = [
  ['15m', 900],
  ['1h', 3_600],
  ['6h', 21_600],
  ['24h', 86_400],
  ['7d', 604_800],
] as const
/** More lines than this say nothing any more, and cost much. */
const LINES = 40
const ROWS = 500
const EXAMPLES = [
  'sum by (route) (rate(vf_http_requests_total[5m]))',
  'time() - vf_worker_poll_last_success_timestamp_seconds',
  'histogram_quantile(0.95, sum by (le) (rate(vf_http_request_duration_seconds_bucket[5m])))',
  'up',
]

export function Explore() {
  const { search, change } = useRoute()
  const { state } = useLive()
  const expr = search.get('expr') ?? ''
  const asTable = search.get('view') === 'table'
  const [zoom, setZoom] = useState<{ from: number; to: number }>()
  const range = RANGES.find(([name]) => name === search.get('range')) ?? RANGES[1]
  const turn = Math.floor((state?.now ?? Date.now()) / 15_000)
  const run = (next: string) => {
    setZoom(undefined)
    change({ expr: next.trim() })
  }
  return (
    <>
      <header>
        <h1>Explore</h1>
        <fieldset class="filter">
          <legend class="hidden">View</legend>
          <button type="button" aria-pressed={!asTable} onClick={() => change({ view: undefined })}>
            Graph
          </button>
          <button type="button" aria-pressed={asTable} onClick={() => change({ view: 'table' })}>
            Table
          </button>
        </fieldset>
        {!asTable && (
          <fieldset class="filter">
            <legend class="hidden">Time range</legend>
            {RANGES.map(([name]) => (
              <button
                type="button"
                key={name}
                aria-pressed={!zoom && range[0] === name}
                onClick={() => {
                  setZoom(undefined)
                  change({ range: name })
                }}
              >
                {name}
              </button>
            ))}
          </fieldset>
        )}
        {zoom && !asTable && (
          <button type="button" class="plain framed" onClick={() => setZoom(undefined)}>
            Zoom out
          </button>
        )}
      </header>
      <PromqlEditor value={expr} onRun={run} />
      {expr === '' ? (
        <div class="examples">
          <p class="dim">Such as</p>
          {EXAMPLES.map((example) => (
            <button type="button" key={example} class="example" onClick={() => run(example)}>
              {example}
            </button>
          ))}
        </div>
      ) : asTable ? (
        <Table expr={expr} turn={turn} />
      ) : (
        <Graph
          expr={expr}
          seconds={range[1]}
          turn={zoom ? 0 : turn}
          zoom={zoom}
          onZoom={(from, to) => setZoom({ from, to })}
        />
      )}
    </>
  )
}

function Graph({
  expr,
  seconds,
  turn,
  zoom,
  onZoom,
}: {
  readonly expr: string
  readonly seconds: number
  readonly turn: number
  readonly zoom: { from: number; to: number } | undefined
  readonly onZoom: (from: number, to: number) => void
}) {
  const [hidden, setHidden] = useState<readonly string[]>([])
  const { data, error } = useAsked(
    async (signal) => {
      const end = zoom?.to ?? Date.now() / 1000
      const start = zoom?.from ?? end - seconds
      const step = Math.max(1, Math.ceil((end - start) / 500))
      const grid = {
        start: Math.floor(start / step) * step,
        end: Math.floor(end / step) * step,
        step,
      }
      const series = await prometheus.range({ expr, ...grid }, signal)
      return { ...linesOf(series.slice(0, LINES), grid, seriesName), total: series.length }
    },
    0,
    [expr, seconds, turn, zoom],
  )
  const visible = useMemo(
    () => data?.lines.map((line) => (hidden.includes(line.label) ? { ...line, values: [] } : line)),
    [data, hidden],
  )
  if (error) return <Failed what="Prometheus refuses it." error={error} />
  if (!data || !visible) return <Loading height={380} />
  if (data.total === 0)
    return (
      <Empty title="No series.">The expression is valid, and nothing fits it in this time.</Empty>
    )
  const unit = unitOf(expr)
  const toggle = (label: string, alone: boolean) => {
    const others = data.lines.map((line) => line.label).filter((one) => one !== label)
    const isAlone = others.every((one) => hidden.includes(one)) && !hidden.includes(label)
    if (alone) return setHidden(isAlone ? [] : others)
    setHidden(hidden.includes(label) ? hidden.filter((one) => one !== label) : [...hidden, label])
  }
  return (
    <section class="panel pad">
      <SeriesChart
        times={data.times}
        lines={visible}
        unit={unit}
        height={380}
        onZoom={onZoom}
        title={`${expr}: ${data.total} series`}
      />
      <p class="dim hint">
        {data.total > LINES
          ? `${LINES} of ${data.total} series: narrow it down, for instance by topk(10, …).`
          : 'Drag to zoom; a click on a series shows it alone, Ctrl-click hides it.'}
      </p>
      <ul class="legend">
        {data.lines.map(({ label, values }, index) => {
          const last = values.findLast((value) => value !== null)
          return (
            <li key={label}>
              <button
                type="button"
                aria-pressed={!hidden.includes(label)}
                title={label}
                onClick={(event) => toggle(label, !event.ctrlKey && !event.metaKey)}
              >
                <i style={{ background: `var(${colorOf(index)})` }} />
                <span>{label}</span>
                <b>{last === undefined || last === null ? '–' : withUnit(last, unit)}</b>
              </button>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

function seriesName({ __name__, ...labels }: Labels): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}="${value}"`)
  return `${__name__ ?? ''}${shown.length > 0 ? `{${shown.join(', ')}}` : ''}` || 'value'
}

function Table({ expr, turn }: { readonly expr: string; readonly turn: number }) {
  const { data, error } = useAsked((signal) => prometheus.instant({ expr }, signal), 0, [
    expr,
    turn,
  ])
  if (error) return <Failed what="Prometheus refuses it." error={error} />
  if (!data) return <Loading height={200} />
  if (data.length === 0)
    return <Empty title="No series.">The expression is valid, and nothing fits it now.</Empty>
  const unit = unitOf(expr)
  const value = ({ value: [, text] }: InstantSeries) => Number(text)
  const rows = [...data].sort((a, b) => value(b) - value(a)).slice(0, ROWS)
  return (
    <section class="panel">
      <table class="series">
        <thead>
          <tr>
            <th>
              {digits(data.length)} series{data.length > ROWS && `, the ${ROWS} highest`}
            </th>
            <th class="num">Value</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.metric)}>
              <td>
                {row.metric.__name__ && <code>{row.metric.__name__} </code>}
                <LabelList labels={row.metric} without={['__name__']} />
              </td>
              <td class="num">
                <b title={row.value[1]}>{withUnit(value(row), unit)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
