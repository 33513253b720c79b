import type { SyntaxNode } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import type { MetricFamily, MetricUse } from './state.ts'
import type { Prometheus } from './upstream.ts'

/** The series of a histogram or summary carry these endings; they are one metric to a reader. */
const PART = /_(bucket|count|sum)$/

/** The names of all metrics that an expression reads. */
export function metricsIn(expr: string): string[] {
  // Grafana's variables are no PromQL; as durations and names they do no harm to what is looked for.
  const plain = expr.replace(/\$__\w+/g, '5m').replace(/\$\{?\w+(?::\w+)?\}?/g, 'x')
  const found = new Set<string>()
  const visit = (node: SyntaxNode): void => {
    if (node.name === 'VectorSelector' && node.firstChild?.name === 'Identifier')
      found.add(plain.slice(node.firstChild.from, node.firstChild.to))
    for (let child = node.firstChild; child; child = child.nextSibling) visit(child)
  }
  visit(parser.parse(plain).topNode)
  return [...found]
}

/** A panel of a dashboard, as its JSON has it. */
interface PanelJson {
  readonly id?: number
  readonly title?: string
  readonly targets?: readonly { readonly expr?: string }[]
  readonly panels?: readonly PanelJson[]
}
interface DashboardJson {
  readonly uid: string
  readonly title: string
  readonly panels?: readonly PanelJson[]
}

interface Sources {
  readonly rules: readonly {
    readonly name: string
    readonly query: string
    readonly isAlert: boolean
  }[]
  readonly dashboards: readonly DashboardJson[]
}

/** Who uses which metric: alerts, recording rules and panels, by the metric's name. */
export function usesOf({ rules, dashboards }: Sources): Map<string, MetricUse[]> {
  const uses = new Map<string, MetricUse[]>()
  const recorded = new Map<string, string[]>()
  for (const { name, query, isAlert } of rules)
    if (!isAlert) recorded.set(name, [...(recorded.get(name) ?? []), query])
  /** What an expression reads, directly or by way of recording rules. */
  const readBy = (expr: string, seen = new Set<string>()): Set<string> => {
    for (const metric of metricsIn(expr)) {
      if (seen.has(metric)) continue
      seen.add(metric)
      for (const query of recorded.get(metric) ?? []) readBy(query, seen)
    }
    return seen
  }
  const add = (expr: string, use: MetricUse) => {
    for (const metric of readBy(expr)) {
      const known = uses.get(metric) ?? []
      if (known.some(({ href, title }) => href === use.href && title === use.title)) continue
      uses.set(metric, [...known, use])
    }
  }
  for (const { name, query, isAlert } of rules) {
    const href = isAlert ? `/alerts/${name}` : `/explore?expr=${encodeURIComponent(name)}`
    add(query, { kind: isAlert ? 'alert' : 'recording rule', title: name, href })
  }
  const visit = (dashboard: DashboardJson, panel: PanelJson) => {
    const href = `/dashboards/${dashboard.uid}?viewPanel=panel-${panel.id}`
    const use = { kind: 'panel', title: `${dashboard.title}: ${panel.title}`, href } as const
    for (const { expr } of panel.targets ?? []) if (expr) add(expr, use)
    for (const inner of panel.panels ?? []) visit(dashboard, inner)
  }
  for (const dashboard of dashboards)
    for (const panel of dashboard.panels ?? []) visit(dashboard, panel)
  return uses
}

/**
 * Every metric that Prometheus holds now, with its help, who exports it and who uses it; our own come
 * first.
 *
 * @throws UpstreamError where Prometheus does not answer
 */
export async function allMetrics(
  prometheus: Prometheus,
  dashboards: readonly unknown[],
): Promise<MetricFamily[]> {
  const [metadata, counts, rules] = await Promise.all([
    prometheus.metadata(),
    prometheus.vector('count by (__name__, job) ({__name__!=""})'),
    prometheus.allRules(),
  ])
  const uses = usesOf({ rules, dashboards: dashboards as readonly DashboardJson[] })
  const families = new Map<string, MetricFamily & { jobs: string[]; series: number }>()
  for (const { metric, value } of counts) {
    const full = metric.__name__ ?? ''
    const name = metadata[full] || !metadata[full.replace(PART, '')] ? full : full.replace(PART, '')
    const about = metadata[name]?.[0] ?? metadata[name.replace(/_total$/, '')]?.[0]
    const known = families.get(name) ?? {
      name,
      type: about?.type ?? (name.includes(':') ? 'recording rule' : 'unknown'),
      help: about?.help ?? '',
      jobs: [],
      series: 0,
      uses: [],
    }
    const job = metric.job
    if (job && !known.jobs.includes(job)) known.jobs.push(job)
    // Of a histogram the observations are counted, not each of its buckets.
    if (!/_(bucket|sum)$/.test(full) || name === full) known.series += value
    const mine = [...known.uses, ...(uses.get(full) ?? [])]
    families.set(name, {
      ...known,
      uses: mine.filter((use, at) => mine.findIndex(({ href }) => href === use.href) === at),
    })
  }
  for (const [name, [about]] of Object.entries(metadata)) {
    // A counter's metadata may lack the ending that its series have.
    if (!about || families.has(name) || families.has(`${name}_total`)) continue
    const { type, help } = about
    families.set(name, { name, type, help, jobs: [], series: 0, uses: uses.get(name) ?? [] })
  }
  const isOurs = ({ name }: MetricFamily) => Number(name.startsWith('vf_'))
  return [...families.values()].sort(
    (a, b) => isOurs(b) - isOurs(a) || a.name.localeCompare(b.name),
  )
}
