import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Chart, type Line, type Region } from './chart.tsx'
import type { Panel } from './model.ts'
import { legendEntries, linesOf } from './series.ts'
import {
  type InstantSeries,
  interpolate,
  legendOf,
  type RangeSeries,
  type ResolvedVariable,
  type Source,
  stepOf,
} from './template.ts'
import { format, thresholdOf, tokenOf } from './values.ts'

/** What every panel of a dashboard is drawn with. Times are seconds since 1970. */
export interface Surroundings {
  readonly from: number
  readonly to: number
  readonly scrape: number
  readonly variables: readonly ResolvedVariable[]
  readonly source: Source
  readonly regions: readonly Region[]
  readonly theme: string
  readonly onZoom: (from: number, to: number) => void
  readonly onView: (panel: Panel | undefined) => void
  /** Where an expression is explored, and where a link of the JSON leads. */
  readonly exploreAddress: (expr: string) => string
  readonly linkAddress: (url: string) => string
}

type Answer =
  | { readonly kind: 'range'; readonly times: readonly number[]; readonly lines: readonly Line[] }
  | { readonly kind: 'instant'; readonly values: readonly { label: string; value: number }[] }

/** Asks what a panel shows. @throws Error where one of its queries is refused. */
async function ask(
  panel: Panel,
  { from, to, scrape, variables, source }: Surroundings,
  width: number,
  signal: AbortSignal,
): Promise<Answer> {
  const step = stepOf(from, to, width, Math.max(scrape, panel.interval))
  const exprOf = (expr: string) => interpolate(expr, variables, { from, to, step, scrape })
  if (panel.type === 'stat') {
    const answers = await Promise.all(
      panel.targets.map(async (target) => ({
        target,
        series: await source.instant({ expr: exprOf(target.expr), time: to }, signal),
      })),
    )
    return {
      kind: 'instant',
      values: answers.flatMap(({ target, series }) =>
        series.map(({ metric, value }: InstantSeries) => ({
          label: legendOf(target.legendFormat, metric, panel.title),
          value: Number(value[1]),
        })),
      ),
    }
  }
  // On whole steps, so that panels and refreshes ask for the same samples.
  const range = { start: Math.floor(from / step) * step, end: Math.floor(to / step) * step, step }
  const answers = await Promise.all(
    panel.targets.map(async (target) => ({
      target,
      series: (await source.range(
        { expr: exprOf(target.expr), ...range },
        signal,
      )) as readonly RangeSeries[],
    })),
  )
  return { kind: 'range', ...linesOf(answers, range, variables) }
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

/** Whether an element is, or will soon be, in sight: what nobody sees asks nothing. */
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

export function PanelView({
  panel,
  around,
  height,
  isAlone,
}: {
  readonly panel: Panel
  readonly around: Surroundings
  /** Of the whole panel, in pixels. */
  readonly height: number
  readonly isAlone: boolean
}) {
  const box = useRef<HTMLElement>(null)
  const inSight = useInSight(box)
  const [answer, setAnswer] = useState<Answer>()
  const [error, setError] = useState<string>()
  const asked = useRef('')
  const { from, to, variables } = around
  const chosen = JSON.stringify(variables.map(({ name, chosen }) => [name, chosen]))
  const question = `${from} ${to} ${chosen}`
  useEffect(() => {
    if (!inSight || asked.current === question || panel.targets.length === 0) return
    const left = new AbortController()
    const width = box.current?.clientWidth ?? 600
    ask(panel, around, width, left.signal).then(
      (found) => {
        if (left.signal.aborted) return
        asked.current = question
        setAnswer(found)
        setError(undefined)
      },
      (failure: unknown) => {
        if (left.signal.aborted) return
        asked.current = question
        setError(failure instanceof Error ? failure.message : String(failure))
      },
    )
    return () => left.abort()
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
  const step = stepOf(from, to, 600, Math.max(scrape, panel.interval))
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
  if (panel.type === 'text') return <p class="gf-text">{panel.text}</p>
  if (panel.targets.length === 0)
    return <p class="gf-none">A panel of type “{panel.type}” is not drawn here.</p>
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
      {answer.kind === 'instant' ? (
        <Stat panel={panel} values={answer.values} />
      ) : answer.lines.every(({ values }) => values.every((value) => value === null)) ? (
        <p class="gf-none">{panel.noValue ?? 'No data in this time.'}</p>
      ) : (
        <TimeSeries panel={panel} around={around} height={height} {...answer} />
      )}
    </>
  )
}

function Stat({
  panel,
  values,
}: {
  readonly panel: Panel
  readonly values: readonly { label: string; value: number }[]
}) {
  if (values.length === 0) return <p class="gf-stat none">{panel.noValue ?? 'No data'}</p>
  return (
    <div class="gf-stats">
      {values.map(({ label, value }) => {
        const step = thresholdOf(value, panel.thresholds)
        const token = step ? tokenOf(step.color) : '--text'
        return (
          <p class="gf-stat" key={label} style={{ color: `var(${token})` }}>
            {values.length > 1 && <small>{label}</small>}
            <b>{format(value, panel.unit, panel.decimals)}</b>
            {token === '--bad' && <span class="hidden"> over its limit</span>}
          </p>
        )
      })}
    </div>
  )
}

function TimeSeries({
  panel,
  around,
  height,
  times,
  lines,
}: {
  readonly panel: Panel
  readonly around: Surroundings
  readonly height: number
  readonly times: readonly number[]
  readonly lines: readonly Line[]
}) {
  const [alone, setAlone] = useState<string>()
  const [showsAll, setShowsAll] = useState(false)
  const { entries, zeros } = useMemo(() => legendEntries(lines), [lines])
  const shown = useMemo(
    () =>
      lines.some(({ label }) => label === alone)
        ? lines.filter(({ label }) => label === alone)
        : lines,
    [lines, alone],
  )
  const list = useRef<HTMLUListElement>(null)
  const cut = useCut(list, entries.length)
  const legend = panel.showsLegend ? 24 : 0
  return (
    <>
      <Chart
        panel={panel}
        times={times}
        lines={shown}
        regions={around.regions}
        from={around.from}
        to={around.to}
        height={Math.max(90, height - legend - 6)}
        theme={around.theme}
        onZoom={around.onZoom}
      />
      {panel.showsLegend && (
        <div class={`gf-legend${showsAll ? ' all' : ''}`}>
          <ul ref={list} aria-label={`Lines of ${panel.title}`}>
            {entries.map(({ line: { label, color }, last }) => (
              <li key={label}>
                <button
                  type="button"
                  aria-pressed={alone === label}
                  title={`${label}: show alone`}
                  onClick={() => setAlone(alone === label ? undefined : label)}
                >
                  <i style={{ background: `var(${color})` }} />
                  <span>{label}</span>
                  <b>{format(last, panel.unit, panel.decimals)}</b>
                </button>
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
          {zeros > 0 && (
            <em>{entries.length === 0 ? `all ${zeros} at zero` : `${zeros} at zero`}</em>
          )}
        </div>
      )}
    </>
  )
}
