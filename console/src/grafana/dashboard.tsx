import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Dashboard, GridPosition, Panel, Row } from './model.ts'
import { PanelView, type Surroundings } from './panel.tsx'
import { repeatedRows, scoped } from './repeat.ts'
import { type Region, regionsOf } from './series.ts'
import { interpolate, type RangeSeries, type Source } from './template.ts'
import './style.css'

/** Pixels of a row of Grafana's grid, and between two of them. */
const CELL = 30
const GAP = 8
const heightOf = ({ h }: GridPosition): number => h * CELL + (h - 1) * GAP

/** A source that asks each question once, for as long as the range is the same. */
function remembering(source: Source): Source {
  const known = new Map<string, Promise<unknown>>()
  const once = <Value,>(key: string, ask: () => Promise<Value>): Promise<Value> => {
    const before = known.get(key) as Promise<Value> | undefined
    if (before) return before
    const asked = ask()
    known.set(key, asked)
    // A failure is asked again.
    asked.catch(() => known.delete(key))
    return asked
  }
  // Without a signal: a panel that leaves the sight must not end what another one waits for.
  return {
    range: (query) => once(`range ${JSON.stringify(query)}`, () => source.range(query)),
    instant: (query) => once(`instant ${JSON.stringify(query)}`, () => source.instant(query)),
    labelValues: (...all) => source.labelValues(...all),
  }
}

function useRegions(
  { annotations }: Dashboard,
  { from, to, variables, source }: Pick<Surroundings, 'from' | 'to' | 'variables' | 'source'>,
): readonly Region[] {
  const [regions, setRegions] = useState<readonly Region[]>([])
  const chosen = JSON.stringify(variables.map(({ chosen }) => chosen))
  useEffect(() => {
    let left = false
    Promise.all(
      annotations.map(async (annotation) => {
        // At most as many points as Prometheus returns for a series.
        const step = Math.max(annotation.step, Math.ceil((to - from) / 10_000))
        const [start, end] = [Math.floor(from / step) * step, Math.floor(to / step) * step]
        const expr = interpolate(annotation.expr, variables, { from, to, step, scrape: step })
        const series = (await source.range({ expr, start, end, step })) as readonly RangeSeries[]
        return regionsOf({ ...annotation, step }, series)
      }),
    ).then(
      (all) => left || setRegions(all.flat()),
      // The panels say themselves that Prometheus does not answer.
      () => {},
    )
    return () => {
      left = true
    }
  }, [annotations, from, to, chosen, source])
  return regions
}

/** The panels of a dashboard on Grafana's grid, or one of them alone. */
export function DashboardGrid({
  dashboard,
  viewPanel,
  source: plain,
  ...rest
}: Omit<Surroundings, 'regions'> & {
  readonly dashboard: Dashboard
  /** The id of the panel to show alone. */
  readonly viewPanel?: number | undefined
}) {
  const source = useMemo(() => remembering(plain), [plain, rest.from, rest.to])
  const regions = useRegions(dashboard, { ...rest, source })
  const around: Surroundings = { ...rest, source, regions }
  const rows = repeatedRows(dashboard.rows, rest.variables)
  const alone = rows.flatMap(({ panels }) => panels).find(({ id }) => id === viewPanel)
  if (alone)
    return (
      <div class="gf-alone">
        <PanelView
          key={keyOf(alone)}
          panel={alone}
          around={around}
          height={Math.max(320, innerHeight - 250)}
          isAlone
        />
      </div>
    )
  return (
    <>
      {rows.map((row) => (
        <RowView key={keyOf(row)} row={row} around={around} />
      ))}
    </>
  )
}

/** Copies of what repeats share an id. */
const keyOf = ({ id, scope = {} }: Panel | Row): string => `${id} ${Object.values(scope)}`

function RowView({ row, around }: { readonly row: Row; readonly around: Surroundings }) {
  const [open, setOpen] = useState(!row.collapsed)
  const top = Math.min(...row.panels.map(({ gridPos }) => gridPos.y))
  return (
    <section class="gf-row" aria-label={row.title || 'Panels'}>
      {row.title && (
        <h2>
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            {interpolate(row.title, scoped(around.variables, row.scope))}
            {!open && <small>{row.panels.length} panels</small>}
          </button>
        </h2>
      )}
      {open && (
        <div class="gf-grid">
          {row.panels.map((panel: Panel) => (
            <div
              key={keyOf(panel)}
              class={`gf-cell ${panel.type}`}
              style={{
                '--x': panel.gridPos.x + 1,
                '--w': Math.min(panel.gridPos.w, 24 - panel.gridPos.x),
                '--y': panel.gridPos.y - top + 1,
                '--h': panel.gridPos.h,
                '--height': `${heightOf(panel.gridPos)}px`,
              }}
            >
              <PanelView
                panel={panel}
                around={around}
                height={heightOf(panel.gridPos)}
                isAlone={false}
              />
            </div>
          ))}
        </div>
      )}
    </section>
  )
}
