import { chartRelease } from '@verifluence/monitoring'
import { CHART_RECORD, locateChart, locateHelm, renderChart } from '@verifluence/toolchain'
import { expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { recordOf, withAllAlerts } from '../src/chart/record.ts'

const chart = { name: 'kube-prometheus-stack', version: '1.0.0' }

const place = { namespace: 'monitoring' }

const IMAGES = `
image: quay.io/prometheus-operator/prometheus-operator:v0.93.1
args: ["--prometheus-config-reloader=quay.io/prometheus-operator/prometheus-config-reloader:v0.93.1"]
prometheus: { image: "quay.io/prometheus/prometheus:v3.14.0-distroless" }
alertmanager: { image: quay.io/prometheus/alertmanager:v0.34.0 }
grafana: { image: "docker.io/grafana/grafana:13.2.0" }
sidecar: { image: quay.io/kiwigrid/k8s-sidecar:2.10.1 }
state: { image: registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0 }
node: { image: quay.io/prometheus/node-exporter:v1.12.1-distroless }
---
kind: PrometheusRule
spec: { groups: [{ rules: [{ alert: B }, { record: a }] }, { rules: [{ alert: A }, { alert: B }] }] }
---
kind: Service
metadata: { name: k8s-prometheus, namespace: monitoring }
spec: { ports: [{ name: http-web, port: 9090 }] }
---
kind: Service
metadata: { name: coredns, namespace: kube-system }
spec: { ports: [{ name: http-metrics, port: 9153 }] }
---
kind: Deployment
metadata: { name: k8s-grafana, namespace: monitoring }
spec: { template: { metadata: { labels: { app.kubernetes.io/name: grafana } } } }
---
kind: Prometheus
metadata: { name: k8s-prometheus, namespace: monitoring }
---
kind: ConfigMap
metadata: { name: k8s-grafana-datasource, namespace: monitoring }
data:
  datasource.yaml: |
    datasources: [{ name: Alertmanager, uid: alertmanager }]
`

test('reads versions from the images, and what others rely on from the objects', () => {
  expect(recordOf(chart, place, IMAGES)).toEqual({
    chart: 'kube-prometheus-stack',
    version: '1.0.0',
    runs: {
      operator: '0.93.1',
      'config-reloader': '0.93.1',
      prometheus: '3.14.0',
      alertmanager: '0.34.0',
      grafana: '13.2.0',
      sidecar: '2.10.1',
      'kube-state-metrics': '2.20.0',
      'node-exporter': '1.12.1',
    },
    services: { 'k8s-prometheus': { 'http-web': 9090 } },
    pods: ['grafana', 'prometheus'],
    datasources: { Alertmanager: 'alertmanager' },
    alerts: ['A', 'B'],
  })
})

test('refuses a rendering without a program, or with two versions of one', () => {
  expect(() => recordOf(chart, place, IMAGES.replace('k8s-sidecar', 'sidecar'))).toThrow(
    'kube-prometheus-stack 1.0.0 runs no image of kiwigrid/k8s-sidecar',
  )
  expect(() => recordOf(chart, place, `${IMAGES}\nimage: grafana/grafana:12.0.0`)).toThrow(
    'runs the versions 13.2.0, 12.0.0 of grafana/grafana',
  )
})

const { release, source } = chartRelease()
const [helm, archive] = [locateHelm(), locateChart(source)]

test.skipIf(helm === undefined || archive === undefined)(
  'the committed record is what the chart renders (needs helm and CHART_ARCHIVE)',
  async () => {
    const values = stringify(withAllAlerts(parse(release.values)))
    const rendering = await renderChart(helm ?? '', archive ?? '', { ...release, values })
    expect(recordOf(source, release, rendering)).toEqual(CHART_RECORD)
  },
)
