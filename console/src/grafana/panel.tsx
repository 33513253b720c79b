import type { ComponentChildren } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { calculate, titleOf } from './calculations.ts'
import { Chart } from './chart.tsx'
import type { Frame } from './frames.ts'
import { text } from './json.ts'
import { Markdown } from './markdown.tsx'
import type { Panel } from './model.ts'
import { type Answer, type Asked, askPanel, panelStep, type Range } from './query.ts'
import { scoped } from './repeat.ts'
import { type LegendEntry, legendEntries, linesOf, type Region } from './series.ts'
import { BarGauge, Gauge, Stat } from './single.tsx'
import { Table } from './table.tsx'
import { interpolate } from './template.ts'
import { cssColor, format } from './values.ts'

/** What every panel of a dashboard is drawn with. Times are seconds since 1970. */
export interface Surroundings extends Asked {
  readonly regions: readonly Region[]
  readonly theme: string
  readonly onZoom: (from: number, to: number) => void
  readonly onView: (panel: Panel | undefined) => void
  /** Where an expression is explored, and where a link of the JSON leads. */
  readonly exploreAddress: (expr: string) => string
  readonly linkAddress: (url: string) => string
}

/** Whether an element is, or will soon be, in sight: what is out of sight asks nothing. */
function useInSight(element: { current: HTMLElement | null }): boolean {
  const [inSight, setInSight] = useState(false)
  useEffect(() => {
    if (!element.current) return
    const observer = new IntersectionObserver(
      ([entry]) => setInSight(entry?.isIntersecting === true),
      {
        rootMargin: '150px 0px',
      },
    )
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [])
  return inSight
}

/** How many entries of a list wrap into lines that are cut off. */
function useCut(list: { current: HTMLElement | null }, entries: number): number {
  const [cut, setCut] = useState(0)
  useEffect(() => {
    const element = list.current
    if (!element) return
    const count = () => {
      const all = [...element.children] as HTMLElement[]
      const top = all[0]?.offsetTop ?? 0
      setCut(all.filter(({ offsetTop }) => offsetTop > top + 4).length)
    }
    const observer = new ResizeObserver(count)
    observer.observe(element)
    count()
    return () => observer.disconnect()
  }, [entries])
  return cut
}

export function PanelView({
  panel,
  around: all,
  height,
  isAlone,
}: {
  readonly panel: Panel
  readonly around: Surroundings
  /** Of the whole panel, in pixels. */
  readonly height: number
  readonly isAlone: boolean
}) {
  const around = { ...all, variables: scoped(all.variables, panel.scope) }
  const box = useRef<HTMLElement>(null)
  const inSight = useInSight(box)
  const [answer, setAnswer] = useState<Answer>()
  const [error, setError] = useState<string>()
  const asked = useRef('')
  const { from, to, variables } = around
  const chosen = JSON.stringify(variables.map(({ name, chosen }) => [name, chosen]))
  const subject = `${to - from} ${chosen}`
  const question = `${from} ${to} ${chosen}`
  const subjectNow = useRef(subject)
  subjectNow.current = subject
  const turns = useRef({ asked: 0, drawn: 0 })
  useEffect(() => {
    if (!inSight || asked.current === question || panel.targets.length === 0) return
    const turn = ++turns.current.asked
    const width = box.current?.clientWidth ?? 600
    // Where answers take longer than a refresh, each one is drawn as long as it is about the same.
    const isStale = () => turn < turns.current.drawn || subjectNow.current !== subject
    const done = (found: Answer | undefined, failure?: string) => {
      if (isStale()) return
      turns.current.drawn = turn
      asked.current = question
      if (found) setAnswer(found)
      setError(failure)
    }
    askPanel(panel, around, width).then(done, (failure: unknown) =>
      done(undefined, failure instanceof Error ? failure.message : String(failure)),
    )
  }, [inSight, question])
  const state = error ? 'failed' : answer || panel.targets.length === 0 ? 'drawn' : 'waiting'
  return (
    <section class={`gf-panel ${panel.type}`} ref={box} data-state={state} aria-label={panel.title}>
      <Header panel={panel} around={around} isAlone={isAlone} />
      <Body panel={panel} around={around} height={height - 34} answer={answer} error={error} />
    </section>
  )
}

function Header({
  panel,
  around,
  isAlone,
}: {
  readonly panel: Panel
  readonly around: Surroundings
  readonly isAlone: boolean
}) {
  const { from, to, scrape, variables } = around
  const [first] = panel.targets
  const step = panelStep(panel, { from, to, scrape }, 600)
  const menu = useRef<HTMLDetailsElement>(null)
  return (
    <header title={panel.description}>
      <h3>{interpolate(panel.title, variables)}</h3>
      <details
        ref={menu}
        onKeyDown={({ key }) => {
          if (key === 'Escape' && menu.current) menu.current.open = false
        }}
        onFocusOut={({ relatedTarget }) => {
          if (menu.current && !menu.current.contains(relatedTarget as Node))
            menu.current.open = false
        }}
      >
        <summary aria-label={`Menu of ${panel.title}`}>
          <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
            <path d="M3 8h.01M8 8h.01M13 8h.01" />
          </svg>
        </summary>
        <div class="gf-menu">
          {panel.description && <p>{panel.description}</p>}
          <button type="button" onClick={() => around.onView(isAlone ? undefined : panel)}>
            {isAlone ? 'Back to the dashboard' : 'View alone'}
          </button>
          {first && (
            <a
              href={around.exploreAddress(
                interpolate(first.expr, variables, { from, to, step, scrape }),
              )}
            >
              Explore
            </a>
          )}
          {panel.links.map(({ title, url }) => (
            <a key={url} href={around.linkAddress(url)}>
              {title}
            </a>
          ))}
        </div>
      </details>
    </header>
  )
}

function Body({
  panel,
  around,
  height,
  answer,
  error,
}: {
  readonly panel: Panel
  readonly around: Surroundings
  readonly height: number
  readonly answer: Answer | undefined
  readonly error: string | undefined
}) {
  if (panel.type === 'text')
    return <Markdown text={interpolate(text(panel.options.content), around.variables)} />
  if (!DRAWN.includes(panel.type))
    return <p class="gf-none">A panel of type “{panel.type}” is not drawn here.</p>
  if (panel.targets.length === 0) return <p class="gf-none">This panel has no query.</p>
  // What was drawn before stays, and the header says that it is old.
  if (error && !answer) return <p class="gf-none failed">{error}</p>
  if (!answer)
    return (
      <div
        class="gf-loading"
        style={{ height: `${height}px` }}
        role="status"
        aria-label="Loading"
      />
    )
  return (
    <>
      {error && <p class="gf-old">{error}</p>}
      <Drawn panel={panel} around={around} height={height} answer={answer} />
    </>
  )
}

const DRAWN = ['timeseries', 'stat', 'gauge', 'bargauge', 'table']

function Drawn({
  panel,
  around,
  height,
  answer: { frames, range },
}: {
  readonly panel: Panel
  readonly around: Surroundings
  readonly height: number
  readonly answer: Answer
}) {
  switch (panel.type) {
    case 'stat':
      return <Stat panel={panel} frames={frames} />
    case 'gauge':
      return <Gauge panel={panel} frames={frames} />
    case 'bargauge':
      return <BarGauge panel={panel} frames={frames} />
    case 'table':
      return <Table panel={panel} frames={frames} />
    default:
      return (
        <TimeSeries panel={panel} around={around} height={height} frames={frames} range={range} />
      )
  }
}

function TimeSeries({
  panel,
  around,
  height,
  frames,
  range,
}: {
  readonly panel: Panel
  readonly around: Surroundings
  readonly height: number
  readonly frames: readonly Frame[]
  readonly range: Range
}) {
  const { times, lines } = useMemo(() => linesOf(frames, panel, range), [frames, panel, range])
  const [alone, setAlone] = useState<string>()
  const { entries, zeros } = useMemo(() => legendEntries(lines), [lines])
  const shown = useMemo(
    () =>
      lines.some(({ label }) => label === alone)
        ? lines.filter(({ label }) => label === alone)
        : lines,
    [lines, alone],
  )
  if (lines.every(({ values }) => values.every((value) => value === null)))
    return <p class="gf-none">{panel.config.noValue ?? 'No data in this time.'}</p>
  const { mode, placement } = panel.legend
  const isRight = mode !== 'hidden' && placement === 'right'
  const rows = mode === 'table' ? Math.min(entries.length + 1, MOST_LEGEND_ROWS) : 1
  const room = mode === 'hidden' || isRight ? 0 : rows * LEGEND_ROW + 2
  const pick = (label: string) => setAlone(alone === label ? undefined : label)
  const legend = { panel, entries, zeros, alone, onPick: pick }
  return (
    <div class={`gf-drawn${isRight ? ' right' : ''}`}>
      <Chart
        panel={panel}
        times={times}
        lines={shown}
        regions={around.regions}
        from={around.from}
        to={around.to}
        height={Math.max(90, height - room - 6)}
        theme={around.theme}
        onZoom={around.onZoom}
      />
      {mode === 'table' && <TableLegend {...legend} />}
      {mode === 'list' && <ListLegend {...legend} />}
    </div>
  )
}

const LEGEND_ROW = 22
const MOST_LEGEND_ROWS = 7

interface LegendProps {
  readonly panel: Panel
  readonly entries: readonly LegendEntry[]
  readonly zeros: number
  /** The label of the line that is shown alone. */
  readonly alone: string | undefined
  readonly onPick: (label: string) => void
}

const writtenValue = ({ line: { values, config } }: LegendEntry, calculation: string): string =>
  format(calculate(calculation, values), config.unit, config.decimals)

const zerosText = (entries: number, zeros: number): string =>
  entries === 0 ? `all ${zeros} at zero` : `${zeros} at zero`

function LinePick({
  entry: { line },
  alone,
  onPick,
  children,
}: Pick<LegendProps, 'alone' | 'onPick'> & {
  readonly entry: LegendEntry
  readonly children?: ComponentChildren
}) {
  const { label, color } = line
  return (
    <button
      type="button"
      aria-pressed={alone === label}
      title={`${label}: show alone`}
      onClick={() => onPick(label)}
    >
      <i style={{ background: cssColor(color) }} />
      <span>{label}</span>
      {children}
    </button>
  )
}

/** The limit in figures: its line is out of sight where values are far below it. */
function Limit({ config }: Panel) {
  const limit = config.thresholds.find(({ value }) => value !== null)?.value
  if (!config.thresholdLines || config.isPercentage || limit === undefined || limit === null)
    return null
  return <em class="limit">limit {format(limit, config.unit, config.decimals)}</em>
}

/** Names side by side, each with its last value or those that the JSON asks for. */
function ListLegend({ panel, entries, zeros, alone, onPick }: LegendProps) {
  const [showsAll, setShowsAll] = useState(false)
  const list = useRef<HTMLUListElement>(null)
  const cut = useCut(list, entries.length)
  const { calculations } = panel.legend
  const asked = calculations.length > 0 ? calculations : ['lastNotNull']
  return (
    <div class={`gf-legend${showsAll ? ' all' : ''}`}>
      <ul ref={list} aria-label={`Lines of ${panel.title}`}>
        {entries.map((entry) => (
          <li key={entry.line.label}>
            <LinePick entry={entry} alone={alone} onPick={onPick}>
              {asked.map((one) => (
                <b key={one} title={titleOf(one)}>
                  {writtenValue(entry, one)}
                </b>
              ))}
            </LinePick>
          </li>
        ))}
      </ul>
      {(cut > 0 || showsAll) && (
        <button
          type="button"
          class="more"
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? 'fewer' : `+${cut} more`}
        </button>
      )}
      {zeros > 0 && <em>{zerosText(entries.length, zeros)}</em>}
      <Limit {...panel} />
    </div>
  )
}

/** A row for each line, a column for each calculation. */
function TableLegend({ panel, entries, zeros, alone, onPick }: LegendProps) {
  const { calculations } = panel.legend
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
    <section class="gf-legend table" tabIndex={0} aria-label={`Lines of ${panel.title}`}>
      <table>
        <thead>
          <tr>
            <th>Name</th>
            {calculations.map((one) => (
              <th key={one}>{titleOf(one)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.line.label}>
              <td>
                <LinePick entry={entry} alone={alone} onPick={onPick} />
              </td>
              {calculations.map((one) => (
                <td key={one}>{writtenValue(entry, one)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {zeros > 0 && <em>{zerosText(entries.length, zeros)}</em>}
    </section>
  )
}
