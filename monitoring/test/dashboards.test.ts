import { describe, expect, it } from 'vitest'
import { dashboards } from '../src/grafana/dashboards.ts'
import { renderDashboard } from '../src/grafana/render.ts'

interface Panel {
  readonly type: string
  readonly title?: string
  readonly targets?: readonly {
    readonly expr?: string
    readonly instant?: boolean
    readonly range?: boolean
  }[]
}

describe.each(dashboards.map((dashboard) => [dashboard.uid, renderDashboard(dashboard)] as const))(
  '%s',
  (_, dashboard) => {
    const panels = (dashboard.panels ?? []) as readonly Panel[]

    it('shows in its single numbers what is now, not the last that was seen', () => {
      const numbers = panels.filter(({ type }) => type === 'stat')
      expect(numbers.length).toBeGreaterThan(0)
      for (const { targets = [] } of numbers)
        for (const { instant, range } of targets) expect([instant, range]).toEqual([true, false])
    })

    it('says 0 where nothing answers, fires or is counted', () => {
      const counts = panels
        .filter(({ type, title = '' }) => type === 'stat' && /answer$|^Alerts|overdue/.test(title))
        .flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
      for (const expr of counts) expect(expr).toMatch(/ or vector\(0\)$/)
    })

    it('is about one environment at a time', () => {
      const env = dashboard.templating?.list?.find(({ name }) => name === 'env')
      expect(env).toMatchObject({ multi: false, includeAll: false, current: { value: 'stage' } })
    })

    it('asks Loki for the log lines of that environment', () => {
      const { url = '' } = dashboard.links?.find(({ title }) => /Log lines/.test(title)) ?? {}
      const { datasource, queries } = JSON.parse(
        new URL(url, 'https://grafana').searchParams.get('left') ?? '',
      )
      expect(datasource).toBe('loki')
      expect(queries[0].expr).toBe('{namespace="$env"} | json | request_id="$request_id"')
    })
  },
)
