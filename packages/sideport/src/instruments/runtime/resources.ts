import { gauge, open } from '../../catalogue/index.ts'
import type { Gauge, GaugeSeries } from '../../recording/index.ts'
import { nothingToStop, type Part } from './part.ts'

/** What keeps the event loop alive. */
export function resourceMetrics<const Exporter extends string>(
  prefix: string,
  exportedBy: readonly Exporter[],
) {
  const byType = (kind: string, help: string) =>
    gauge({
      name: `${prefix}nodejs_active_${kind}`,
      help,
      labels: [open('type', { atMost: 50 })],
      aggregate: 'sum',
      initially: 'absent',
      exportedBy,
    })
  const total = (kind: string, help: string) =>
    gauge({
      name: `${prefix}nodejs_active_${kind}_total`,
      help,
      aggregate: 'sum',
      initially: 'absent',
      exportedBy,
      allow: { 'total-suffix': 'dashboards made for prom-client read the gauge by this name' },
    })
  return {
    activeResources: byType('resources', 'Resources that keep the event loop alive, by type.'),
    activeResourcesTotal: total('resources', 'Resources that keep the event loop alive.'),
    activeHandles: byType(
      'handles',
      'Those of the active resources that stay open, such as sockets.',
    ),
    activeHandlesTotal: total('handles', 'Open handles.'),
    activeRequests: byType(
      'requests',
      'Those of the active resources that end by themselves, such as lookups.',
    ),
    activeRequestsTotal: total('requests', 'Requests under way.'),
  }
}

const KEYS = [
  'activeResources',
  'activeResourcesTotal',
  'activeHandles',
  'activeHandlesTotal',
  'activeRequests',
  'activeRequestsTotal',
] as const

export const resources: Part<ReturnType<typeof resourceMetrics>> = ({ metrics, collect }) => {
  const showResources = showCounts(metrics.activeResources, metrics.activeResourcesTotal)
  const showHandles = showCounts(metrics.activeHandles, metrics.activeHandlesTotal)
  const showRequests = showCounts(metrics.activeRequests, metrics.activeRequestsTotal)

  collect('runtime_resources', KEYS, () => {
    const counts = new Map<string, number>()
    for (const type of process.getActiveResourcesInfo())
      counts.set(type, (counts.get(type) ?? 0) + 1)
    const ofKind = (wanted: Kind) => [...counts].filter(([type]) => kindOf(type) === wanted)
    showResources([...counts])
    showHandles(ofKind('handle'))
    showRequests(ofKind('request'))
  })
  return nothingToStop
}

type Kind = 'handle' | 'request' | 'timer'

/** Node names its requests `…ReqWrap`, `…ReqCallback` and `…ReqPromise`. */
const kindOf = (type: string): Kind =>
  /Req(Wrap|Callback|Promise)/.test(type)
    ? 'request'
    : type === 'Timeout' || type === 'Immediate'
      ? 'timer'
      : 'handle'

/** Shows counts by type; a type that is gone is absent, not frozen at its last value. */
function showCounts(byType: Gauge<{ type: string }>, total: GaugeSeries) {
  const shown = new Set<GaugeSeries>()
  return (counts: readonly (readonly [string, number])[]) => {
    for (const series of shown) series.remove()
    for (const [type, count] of counts) {
      const series = byType.with({ type })
      series.inc(count)
      shown.add(series)
    }
    total.set(counts.reduce((sum, [, count]) => sum + count, 0))
  }
}
