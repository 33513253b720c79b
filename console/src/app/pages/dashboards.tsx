import { useEffect, useMemo, useState } from 'preact/hooks'
import {
  ALL,
  addressOf,
  type Dashboard,
  DashboardGrid,
  type DashboardLink,
  interpolate,
  parseTime,
  type ResolvedVariable,
  readDashboard,
  resolveVariables,
} from '../../grafana/index.ts'
import type { Setup } from '../../server/state.ts'
import { ask, prometheus, useAsked } from '../ask.ts'
import { exact } from '../format.ts'
import { addressHere, useRoute } from '../router.ts'
import { useTheme } from '../series-chart.tsx'
import { Empty, Failed, Icon, Loading } from '../ui.tsx'

const RANGES = [
  ['15 m', 'now-15m'],
  ['1 h', 'now-1h'],
  ['6 h', 'now-6h'],
  ['24 h', 'now-24h'],
  ['7 d', 'now-7d'],
] as const
/** Between two scrapes, as the datasource of the cluster says. */
const SCRAPE = 30

export function Dashboards({ setup }: { readonly setup: Setup }) {
  return (
    <>
      <header>
        <h1>Dashboards</h1>
      </header>
      {setup.dashboards.length === 0 ? (
        <Empty title="There is no dashboard.">
          The console reads Grafana’s JSON from the folder that the cluster reads.
        </Empty>
      ) : (
        <ul class="dashboards">
          {setup.dashboards.map(({ uid, title, description, panels }) => (
            <li key={uid}>
              <a class="panel pad" href={`/dashboards/${uid}`}>
                <Icon name="dashboards" />
                <b>{title}</b>
                <small>{panels} panels</small>
                <p>{description}</p>
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** The time, in steps of a refresh, while the page is visible. */
function useNow(everySeconds: number): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    if (everySeconds === 0) return
    const timer = setInterval(() => document.hidden || setNow(Date.now()), everySeconds * 1_000)
    return () => clearInterval(timer)
  }, [everySeconds])
  return now
}

export function DashboardPage({ name, setup }: { readonly name: string; readonly setup: Setup }) {
  const { data: json, error } = useAsked(
    (signal) => ask<unknown>(`/api/dashboards/${encodeURIComponent(name)}`, { signal }),
    0,
    [name],
  )
  const read = useMemo(() => {
    if (json === undefined) return undefined
    try {
      return { dashboard: readDashboard(json) }
    } catch (failure) {
      return { failure: String(failure) }
    }
  }, [json])
  if (error && !json) return <Failed what="The dashboard cannot be read." error={error} />
  if (!read) return <Loading />
  if (read.failure !== undefined) return <Failed what="Not a dashboard." error={read.failure} />
  return <Shown key={name} dashboard={read.dashboard} setup={setup} />
}

function Shown({ dashboard, setup }: { readonly dashboard: Dashboard; readonly setup: Setup }) {
  const { search, change } = useRoute()
  const theme = useTheme()
  const [given, until] = [search.get('from') ?? dashboard.from, search.get('to') ?? dashboard.to]
  const isRelative = given.startsWith('now') || until.startsWith('now')
  const now = useNow(isRelative ? dashboard.refresh : 0)
  const from = Math.floor((parseTime(given, now) ?? now - 3_600_000) / 1_000)
  const to = Math.floor((parseTime(until, now) ?? now) / 1_000)
  const wanted = [...search].filter(([key]) => key.startsWith('var-')).join('&')
  const { data: variables, error } = useAsked(
    (signal) =>
      resolveVariables(
        dashboard,
        (variable) => search.getAll(`var-${variable}`),
        prometheus,
        { from, to },
        signal,
      ),
    0,
    [dashboard, wanted, from, to],
  )
  const viewPanel = Number((search.get('viewPanel') ?? '').replace(/^panel-/, '')) || undefined
  useEffect(() => {
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && viewPanel) change({ viewPanel: undefined })
    }
    addEventListener('keydown', leave)
    return () => removeEventListener('keydown', leave)
  }, [viewPanel])
  return (
    <>
      <p class="crumb">
        <a href="/dashboards">Dashboards</a>
        {viewPanel && (
          <>
            {' / '}
            <button type="button" class="link" onClick={() => change({ viewPanel: undefined })}>
              {dashboard.title}
            </button>
          </>
        )}
      </p>
      <header class="dashboard-bar">
        <h1>{dashboard.title}</h1>
        {(variables ?? []).map((variable) => (
          <Picker
            key={variable.name}
            variable={variable}
            onChoose={(values) => change({ [`var-${variable.name}`]: values })}
          />
        ))}
        <fieldset class="filter push">
          <legend class="hidden">Time range</legend>
          {RANGES.map(([title, start]) => (
            <button
              type="button"
              key={title}
              aria-pressed={given === start && until === 'now'}
              onClick={() => change({ from: start, to: 'now' })}
            >
              {title}
            </button>
          ))}
        </fieldset>
        {!isRelative && (
          <span class="dim range">
            {exact(from * 1_000)} to {exact(to * 1_000)}{' '}
            <button
              type="button"
              class="plain framed"
              onClick={() => change({ from: undefined, to: undefined })}
            >
              Back to now
            </button>
          </span>
        )}
      </header>
      {variables && (
        <Links
          dashboard={dashboard}
          variables={variables}
          setup={setup}
          time={{ from: given, to: until }}
        />
      )}
      {dashboard.unsupported.length > 0 && (
        <details class="unsupported">
          <summary>
            {dashboard.unsupported.length} parts of the JSON are not drawn as Grafana would.
          </summary>
          <ul>
            {dashboard.unsupported.map((what) => (
              <li key={what}>{what}</li>
            ))}
          </ul>
        </details>
      )}
      {error && !variables ? (
        <Failed what="The variables cannot be read." error={error} />
      ) : !variables ? (
        <Loading />
      ) : (
        <DashboardGrid
          dashboard={dashboard}
          from={from}
          to={to}
          scrape={SCRAPE}
          variables={variables}
          viewPanel={viewPanel}
          source={prometheus}
          theme={theme}
          onZoom={(start, end) =>
            change({ from: String(Math.round(start * 1_000)), to: String(Math.round(end * 1_000)) })
          }
          onView={(panel) => change({ viewPanel: panel && `panel-${panel.id}` })}
          exploreAddress={(expr) => `/explore?expr=${encodeURIComponent(expr)}`}
          linkAddress={(url) => addressHere(interpolate(url, variables))}
        />
      )}
    </>
  )
}

function Picker({
  variable,
  onChoose,
}: {
  readonly variable: ResolvedVariable
  readonly onChoose: (values: readonly string[]) => void
}) {
  const { type, name, label, options, chosen, multi, includeAll, isHidden, description } = variable
  if (isHidden || type === 'datasource' || type === 'constant') return null
  if (type === 'textbox')
    return (
      <label class="pick" title={description}>
        <span>{label}</span>
        <input
          value={chosen[0] ?? ''}
          size={14}
          onChange={({ currentTarget }) => onChoose([currentTarget.value.trim()])}
        />
      </label>
    )
  if (!multi)
    return (
      <label class="pick" title={description}>
        <span>{label}</span>
        <select
          value={chosen[0] ?? ''}
          onChange={({ currentTarget }) => onChoose([currentTarget.value])}
        >
          {includeAll && <option value={ALL}>All</option>}
          {[...new Set([...options, ...chosen.filter((one) => one !== ALL)])].map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      </label>
    )
  const isAll = chosen.includes(ALL)
  const toggle = (option: string) => {
    const rest = chosen.filter((one) => one !== ALL && one !== option)
    const next = chosen.includes(option) ? rest : [...rest, option]
    onChoose(next.length === 0 ? [ALL] : next)
  }
  return (
    <details class="pick multi" title={description}>
      <summary>
        <span>{label}</span>{' '}
        {isAll ? 'All' : chosen.length > 1 ? `${chosen.length} chosen` : chosen[0]}
      </summary>
      <fieldset class="choices">
        <legend class="hidden">{label}</legend>
        <label>
          <input type="checkbox" name={name} checked={isAll} onChange={() => onChoose([ALL])} /> All
        </label>
        {options.map((option) => (
          <label key={option}>
            <input
              type="checkbox"
              name={name}
              checked={!isAll && chosen.includes(option)}
              onChange={() => toggle(option)}
            />{' '}
            {option}
          </label>
        ))}
      </fieldset>
    </details>
  )
}

function Links({
  dashboard,
  variables,
  setup,
  time,
}: {
  readonly dashboard: Dashboard
  readonly variables: readonly ResolvedVariable[]
  readonly setup: Setup
  readonly time: { readonly from: string; readonly to: string }
}) {
  const parametersOf = ({ keepTime, includeVars }: DashboardLink) => {
    const kept = [
      ...(keepTime ? Object.entries(time) : []),
      ...(includeVars ? addressOf(variables) : []),
    ]
    return kept.length > 0 ? `?${new URLSearchParams(kept)}` : ''
  }
  const all = dashboard.links.flatMap((link) =>
    link.type === 'link'
      ? [{ title: link.title, href: addressHere(interpolate(link.url, variables)) }]
      : setup.dashboards
          .filter(
            ({ uid, tags }) =>
              uid !== dashboard.uid && link.tags.every((tag) => tags.includes(tag)),
          )
          .map(({ uid, title }) => ({ title, href: `/dashboards/${uid}${parametersOf(link)}` })),
  )
  if (all.length === 0) return null
  return (
    <nav class="dashboard-links" aria-label="Links of the dashboard">
      {all.map(({ title, href }) => (
        <a key={title} href={href}>
          {title}
        </a>
      ))}
    </nav>
  )
}
