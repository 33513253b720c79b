import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export const PANELS = 30

const panel = (id: number, title: string, expr: string, gridPos: object) => ({
  id,
  title,
  type: 'timeseries',
  gridPos,
  fieldConfig: {
    defaults: { unit: 'reqps', custom: { fillOpacity: 5, lineWidth: 1 } },
    overrides: [],
  },
  targets: [{ refId: 'A', expr, legendFormat: '{{route}}' }],
})

/** Two dashboards in Grafana's JSON: one of 30 panels with ten lines each, one of a panel with 100 lines. */
export function writeDashboards(folder: string): string {
  const dashboards = join(folder, 'dashboards')
  mkdirSync(dashboards)
  const many = Array.from({ length: PANELS }, (_, index) => {
    const routes = `/r${index % 10}.`
    // Each asks something of its own: an expression is asked once.
    const expr = `sum by (route) (rate(bench_requests_total{route=~"${routes}"}[$__rate_interval])) * ${1 + Math.floor(index / 10)}`
    return panel(index + 1, `Panel ${index + 1}`, expr, {
      x: (index % 3) * 8,
      y: Math.floor(index / 3) * 8,
      w: 8,
      h: 8,
    })
  })
  const hundred = panel(1, 'Hundred', 'rate(bench_requests_total[$__rate_interval])', {
    x: 0,
    y: 0,
    w: 24,
    h: 16,
  })
  for (const [uid, panels] of Object.entries({ many, hundred: [hundred] }))
    writeFileSync(
      join(dashboards, `${uid}.json`),
      JSON.stringify({ uid, title: uid, time: { from: 'now-1h', to: 'now' }, panels }),
    )
  return dashboards
}
