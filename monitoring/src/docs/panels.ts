import { type DashboardSpec, dashboards, type PanelSpec } from '../grafana/dashboards.ts'
import { runbookAnchor } from '../grafana/links.ts'
import { length, percent } from '../promql/time.ts'
import type { Parts } from './markers.ts'
import { table } from './table.ts'

const UNITS: Readonly<Record<PanelSpec['unit'], string>> = {
  s: 'seconds',
  reqps: 'a second',
  cps: 'a second',
  cpm: 'a minute',
  short: 'number',
  none: 'number',
  percentunit: 'share',
  bytes: 'bytes',
}

const limit = ({ limit, unit, badBelow = false }: PanelSpec): string => {
  if (limit === undefined) return '–'
  const written =
    unit === 's' ? length(limit) : unit === 'percentunit' ? percent(limit) : `${limit}`
  return `${badBelow ? 'below' : 'from'} ${written}`
}

const row = (panel: PanelSpec) => [
  panel.title,
  UNITS[panel.unit],
  limit(panel),
  panel.description,
  panel.alert ? `[${panel.alert}](../runbooks.md#${runbookAnchor(panel.alert)})` : '–',
]

const ofDashboard = ({ description, variables, rows }: DashboardSpec) => {
  const own = variables.map(({ label }) => label)
  return [
    `${description} Variables: ${['Prometheus', 'Environment', ...own, 'Request id'].join(', ')}.`,
    ...rows.map(
      ({ title, panels }) =>
        `**${title}**\n\n${table(['Panel', 'Unit', 'Bad', 'What it shows', 'Runbook'], panels.map(row))}`,
    ),
  ].join('\n\n')
}

/** `panels-UID` for each dashboard. */
export const panelParts: Parts = Object.fromEntries(
  dashboards.map((dashboard) => [`panels-${dashboard.uid}`, ofDashboard(dashboard)]),
)
