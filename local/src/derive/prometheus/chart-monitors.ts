import type { Manifest } from '../manifests/parse.ts'
import type { LocalAddresses, Pod } from './pods.ts'

/** What the chart renders by itself for one of its parts, besides what the tree holds. */
type ChartPart = { readonly name: string; readonly part: string; readonly port: number }

const PARTS: readonly ChartPart[] = [
  { name: 'k8s-prometheus', part: 'prometheus', port: 9090 },
  { name: 'k8s-alertmanager', part: 'alertmanager', port: 9093 },
]

const NAMESPACE = 'monitoring'
const labelsOf = ({ part }: ChartPart) => ({
  app: `kube-prometheus-stack-${part}`,
  'self-monitor': 'true',
})

/** The Services of Prometheus and Alertmanager and the ServiceMonitors that scrape them. */
export const CHART_MONITORS: readonly Manifest[] = PARTS.flatMap((chartPart) => {
  const { name, part, port } = chartPart
  const labels = labelsOf(chartPart)
  const metadata = { name, namespace: NAMESPACE, labels }
  const selector = { 'app.kubernetes.io/name': part }
  const ports = [{ name: 'http-web', port, targetPort: port }]
  const endpoints = [{ port: 'http-web', path: '/metrics' }]
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector, ports } },
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      metadata,
      spec: { selector: { matchLabels: labels }, endpoints },
    },
  ]
})

/** The pods the operator makes of the chart's objects. */
export function chartPods(addresses: LocalAddresses): Pod[] {
  return PARTS.map(({ name, part, port }) => ({
    name: `${part}-${name}-0`,
    namespace: NAMESPACE,
    labels: { 'app.kubernetes.io/name': part },
    ports: [{ container: part, name: 'http-web', containerPort: port }],
    addresses: addresses[`${NAMESPACE}/${name}`] ?? {},
  }))
}
