import type { Manifest } from '../manifests/parse.ts'
import type { LocalAddresses, Pod } from './pods.ts'

/** Objects that the chart renders itself, in addition to those of the tree. */
type ChartPart = { readonly name: string; readonly component: string; readonly port: number }

const PARTS: readonly ChartPart[] = [
  { name: 'k8s-prometheus', component: 'prometheus', port: 9090 },
  { name: 'k8s-alertmanager', component: 'alertmanager', port: 9093 },
]

const NAMESPACE = 'monitoring'
const labelsOf = ({ component }: ChartPart) => ({
  app: `kube-prometheus-stack-${component}`,
  'self-monitor': 'true',
})

/** The Services of Prometheus and Alertmanager and the ServiceMonitors that scrape them. */
export const CHART_MONITORS: readonly Manifest[] = PARTS.flatMap((chartPart) => {
  const { name, component, port } = chartPart
  const labels = labelsOf(chartPart)
  const metadata = { name, namespace: NAMESPACE, labels }
  const selector = { 'app.kubernetes.io/name': component }
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
  return PARTS.map(({ name, component, port }) => ({
    name: `${component}-${name}-0`,
    namespace: NAMESPACE,
    labels: { 'app.kubernetes.io/name': component },
    ports: [{ container: component, name: 'http-web', containerPort: port }],
    addresses: addresses[`${NAMESPACE}/${name}`] ?? {},
  }))
}
