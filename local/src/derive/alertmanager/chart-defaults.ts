/**
 * The chart's own `alertmanager.config`, before our values are merged over it: maps are merged key by
 * key, lists are replaced whole.
 *
 * Source: kube-prometheus-stack values.yaml. Its inhibit rules and receivers are left out because the
 * release sets those lists itself; a release that does not is refused.
 */
export const CHART_CONFIG = {
  global: { resolve_timeout: '5m' },
  route: {
    group_by: ['namespace'],
    group_wait: '30s',
    group_interval: '5m',
    repeat_interval: '12h',
    receiver: 'null',
    routes: [{ receiver: 'null', matchers: ['alertname = "Watchdog"'] }],
  },
  templates: ['/etc/alertmanager/config/*.tmpl'],
} as const

/** Merges values over defaults as Helm does. */
export function mergeValues(base: unknown, over: unknown): unknown {
  if (over === undefined) return base
  if (!isMap(base) || !isMap(over)) return over
  const keys = new Set([...Object.keys(base), ...Object.keys(over)])
  const merged = [...keys].map((key) => [key, mergeValues(base[key], over[key])] as const)
  // For Helm, null removes the default.
  return Object.fromEntries(merged.filter(([, value]) => value !== null))
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
