import type { Labels, Rule } from '../server/state.ts'
import { prometheus, useAsked } from './ask.ts'
import { limitWords, unitOf } from './format.ts'
import { type Band, linesOf, SeriesChart } from './series-chart.tsx'
import { Empty, Failed, Loading } from './ui.tsx'

/** As many lines as a reader can distinguish; those nearest to the limit. */
const MOST = 8

/** What a rule looks at, against the limit at which it fires. */
export function RuleChart({
  rule,
  seconds,
  now,
  height,
  bands = [],
}: {
  readonly rule: Rule
  /** How far it goes back. */
  readonly seconds: number
  readonly now: number
  readonly height: number
  readonly bands?: readonly Band[]
}) {
  const { limit } = rule
  const step = Math.max(5, Math.ceil(seconds / 360 / 5) * 5)
  const end = Math.floor(now / 1000 / step) * step
  const start = end - Math.floor(seconds / step) * step
  const { data, error } = useAsked(
    async (signal) => {
      if (!limit) return undefined
      const pick = limit.op === '<' || limit.op === '≤' ? 'bottomk' : 'topk'
      const nearest = `${pick}(${MOST}, ${limit.expr})`
      // A number has no labels to rank by.
      const series = await prometheus
        .range({ expr: nearest, start, end, step }, signal)
        .catch((error) => {
          if (/scalar/.test(String(error)))
            return prometheus.range({ expr: limit.expr, start, end, step }, signal)
          throw error
        })
      const common = commonLabels(series.map(({ metric }) => metric))
      return linesOf(series.slice(0, MOST), { start, end, step }, (labels) =>
        nameOf(labels, common),
      )
    },
    0,
    [limit?.expr, Math.floor(end / (seconds > 3600 ? 60 : 10)), seconds],
  )
  if (!limit)
    return <Empty title="This rule has no limit">It fires or not, without a value to draw.</Empty>
  if (error && !data) return <Failed what="The value cannot be drawn." error={error} />
  if (!data) return <Loading height={height} />
  const unit = unitOf(limit.expr)
  const label = `fires ${limitWords(limit)}`
  if (data.lines.length === 0)
    return (
      <div class="no-series" style={{ height: `${height}px` }}>
        <Empty title="No value in this time">{`Nothing to measure: it ${label} once there is.`}</Empty>
      </div>
    )
  return (
    <SeriesChart
      times={data.times}
      lines={data.lines}
      unit={unit}
      height={height}
      thresholds={[{ value: limit.threshold, label }]}
      bands={bands}
      title={`The value of ${rule.name}, which ${label}`}
    />
  )
}

function commonLabels(all: readonly Labels[]): readonly string[] {
  const [first = {}, ...rest] = all
  return Object.keys(first).filter(
    (name) => all.length > 1 && rest.every((labels) => labels[name] === first[name]),
  )
}

/** What tells a series from the others of its chart. */
function nameOf(labels: Labels, common: readonly string[] = []): string {
  const own = Object.entries(labels).filter(
    ([name]) => name !== '__name__' && name !== 'env' && !common.includes(name),
  )
  return own.map(([, value]) => value).join(' ') || labels.__name__ || 'value'
}
