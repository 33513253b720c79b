import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { burnThreshold } from '../src/components/http/alerts.ts'
import { alerts } from '../src/components/index.ts'
import { dashboards } from '../src/grafana/dashboards.ts'
import { renderDashboard } from '../src/grafana/render.ts'
import { dimensionOf } from '../src/promql/dimension.ts'
import { withoutVariables } from '../src/promql/parse.ts'

interface Panel {
  readonly type: string
  readonly title?: string
  readonly gridPos?: { readonly x?: number; readonly y?: number; readonly w?: number }
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

    it('fills each line of its grid, and no more', () => {
      const ends = new Map<number, number>()
      for (const { gridPos } of panels) {
        const { x = 0, y = 0, w = 0 } = gridPos ?? {}
        ends.set(y, Math.max(ends.get(y) ?? 0, x + w))
      }
      expect([...ends.values()].filter((end) => end !== 24)).toEqual([])
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

/** Every panel of every dashboard, as `dashboard/panel`. */
const specs = dashboards.flatMap(({ uid, rows }) =>
  rows.flatMap(({ panels }) => panels.map((panel) => ({ place: `${uid}/${panel.key}`, ...panel }))),
)
const queries = specs.flatMap(({ place, queries }) => queries.map((query) => ({ place, ...query })))
const placesOf = (found: readonly { readonly place: string }[]) => found.map(({ place }) => place)

const ancestorsOf = function* (node: SyntaxNode) {
  for (let at = node.parent; at !== null; at = at.parent) yield at
}

/** Calls of a function in an expression, each with what surrounds it, the innermost first. */
const callsOf = (name: string, written: string) => {
  const expr = withoutVariables(written)
  const found: { readonly around: readonly string[] }[] = []
  parser.parse(expr).iterate({
    enter: ({ node }) => {
      const identifier = node.name === 'FunctionCall' && node.getChild('FunctionIdentifier')
      if (!identifier || expr.slice(identifier.from, identifier.to) !== name) return
      const around = [...ancestorsOf(node)].map((outer) => {
        const called = outer.getChild('FunctionIdentifier') ?? outer.getChild('AggregateOp')
        if (called) return expr.slice(called.from, called.to)
        return outer.name === 'BinaryExpr'
          ? (['Div', 'Gtr', 'Gte', 'And', 'Unless'].find((kind) => outer.getChild(kind)) ?? '')
          : ''
      })
      found.push({ around })
    },
  })
  return found
}

describe('the panels of all dashboards', () => {
  it('have titles that differ', () => {
    const titles = specs.map(({ title }) => title)
    expect(titles.filter((title, index) => titles.indexOf(title) < index)).toEqual([])
  })

  it('belong to rows that say what they show', () => {
    const titles = dashboards.flatMap(({ rows }) => rows.map(({ title }) => title))
    expect(titles.filter((title) => title.endsWith('?'))).toEqual([])
    expect(new Set(titles).size).toBe(titles.length)
  })

  it('show what is measured alike on one axis', () => {
    const mixed = specs.filter(({ queries }) => {
      const dimensions = queries.map(({ expr }) => dimensionOf(expr))
      return new Set(dimensions).size > 1 || dimensions.includes('mixed')
    })
    expect(placesOf(mixed)).toEqual([])
  })

  it('count events in whole numbers', () => {
    const counting = queries.flatMap(({ place, expr }) =>
      callsOf('increase', expr).map((call) => ({ place, ...call })),
    )
    expect(counting.length).toBeGreaterThan(20)
    const fractions = counting.filter(
      ({ around }) => !around.some((one) => ['round', 'Div', 'Gtr', 'Gte'].includes(one)),
    )
    expect(placesOf(fractions)).toEqual([])
  })

  it('leave out counters that stay at zero, and say so where none is left', () => {
    const split = queries.filter(
      ({ expr, legend }) =>
        /\{\{(?!pod|surface)/.test(legend) &&
        ['count', 'count a second', 'count a minute'].includes(dimensionOf(expr)) &&
        /\b(rate|increase)\(/.test(expr),
    )
    expect(split.length).toBeGreaterThan(15)
    expect(
      placesOf(split.filter(({ expr }) => !expr.includes('[$__range] @ end())) > 0'))),
    ).toEqual([])
    const silent = specs.filter(
      ({ queries, mayBeEmpty }) =>
        mayBeEmpty === undefined && queries.every(({ expr }) => /> 0|>= \d/.test(expr)),
    )
    expect(placesOf(silent)).toEqual([])
  })

  it('draw at most ten routes, and the others as one line', () => {
    const byRoute = specs.filter(({ queries }) =>
      queries.some(({ legend }) => legend === '{{route}}'),
    )
    expect(placesOf(byRoute)).toEqual(['vf-api/rate', 'vf-api/latency-by-route'])
    for (const { queries } of byRoute) expect(queries[0]?.expr).toContain('topk(10, ')
    expect(byRoute[0]?.queries[1]?.legend).toBe('other routes')
  })

  it('ask for a quantile by label only of enough observations', () => {
    const quantiles = queries.filter(
      ({ expr, legend }) => expr.includes('histogram_quantile') && legend.includes('{{'),
    )
    expect(quantiles.length).toBeGreaterThan(1)
    for (const { expr } of quantiles) {
      const [, share] = /histogram_quantile\((0\.\d+)/.exec(expr) ?? []
      const [, least] = / >= (\d+)/.exec(expr) ?? []
      expect(Number(least)).toBeGreaterThanOrEqual(Math.round(1 / (1 - Number(share))))
    }
  })

  it('name no series by what is the same for all of them, or an address', () => {
    expect(placesOf(queries.filter(({ legend }) => /\{\{(env|instance)\}\}/.test(legend)))).toEqual(
      [],
    )
  })

  it('colour every single number but those that are neither good nor bad', () => {
    const plain = specs.filter(({ kind, limit }) => kind === 'stat' && limit === undefined)
    expect(placesOf(plain).sort()).toEqual([
      'vf-api/request-rate',
      'vf-webhooks/accepted-rate',
      'vf-webhooks/backlog-now',
      'vf-webhooks/silence-now',
      'vf-worker/live-streams',
    ])
    const drawn = dashboards.flatMap((dashboard) => renderDashboard(dashboard).panels ?? [])
    const colors = drawn.flatMap((panel) =>
      'fieldConfig' in panel
        ? [(panel.fieldConfig?.defaults.thresholds?.steps ?? []).map(({ color }) => color).join()]
        : [],
    )
    expect([...new Set(colors)].sort()).toEqual(['green,red', 'red,green', 'text'])
  })

  it('draw the limit that the rule has, and say how long it may last', () => {
    const limited = specs.filter(
      ({ alert, limit, badBelow }) => alert !== undefined && limit !== undefined && !badBelow,
    )
    expect(limited.length).toBeGreaterThan(20)
    const off = limited.filter(({ alert, limit = 0 }) => {
      // More than 2 is written as `> 2.5`, since `increase` yields fractions; any is `> 0`.
      const written = [limit, limit + 0.5, limit - 1, burnThreshold(limit)]
      return !alerts
        .filter(({ name }) => name === alert)
        .some(({ expr }) => written.some((value) => expr.split(/\s+/).includes(`${value}`)))
    })
    expect(placesOf(off)).toEqual([])
    expect(
      placesOf(
        limited.filter(
          ({ unit, limit = 0 }) => unit !== 'percentunit' && unit !== 's' && limit % 1 === 0.5,
        ),
      ),
    ).toEqual([])
    const { panels = [] } = renderDashboard(dashboards[0] as (typeof dashboards)[number])
    const latency = panels.find((panel) => 'title' in panel && panel.title === 'Latency')
    expect(latency).toMatchObject({
      description: expect.stringMatching(/ApiSlow fires once it has lasted for \d+m\.$/),
    })
  })
})
