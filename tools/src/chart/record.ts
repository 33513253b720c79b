import { UserError } from '@verifluence/testkit'
import type { ChartProgram, ChartRecord } from '@verifluence/toolchain'
import { parse, parseAllDocuments } from 'yaml'

/** The repository of each program's image, without its registry. */
const IMAGES: Readonly<Record<ChartProgram, string>> = {
  operator: 'prometheus-operator/prometheus-operator',
  'config-reloader': 'prometheus-operator/prometheus-config-reloader',
  prometheus: 'prometheus/prometheus',
  alertmanager: 'prometheus/alertmanager',
  grafana: 'grafana/grafana',
  sidecar: 'kiwigrid/k8s-sidecar',
  'kube-state-metrics': 'kube-state-metrics/kube-state-metrics',
  'node-exporter': 'prometheus/node-exporter',
}

interface Rendered {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly groups?: readonly { readonly rules: readonly { readonly alert?: string }[] }[]
    readonly ports?: readonly { readonly name: string; readonly port: number }[]
    readonly template?: {
      readonly metadata?: { readonly labels?: Readonly<Record<string, string>> }
    }
  }
}

interface Datasource {
  readonly name: string
  readonly uid: string
}

/** Pods that the operator makes; the chart has only their custom resource. */
const OPERATED: Readonly<Record<string, string>> = {
  Alertmanager: 'alertmanager',
  Prometheus: 'prometheus',
}

/**
 * Reads what a version of the chart runs from its rendering.
 *
 * @throws UserError when the rendering runs no image, or two versions, of a program.
 */
export function recordOf(
  { name, version }: { readonly name: string; readonly version: string },
  { namespace }: { readonly namespace: string },
  rendering: string,
): ChartRecord {
  const objects = parseAllDocuments(rendering)
    .map((document) => document.toJS() as Rendered | null)
    .filter((object) => object !== null)
  const alerts = objects
    .filter(({ kind }) => kind === 'PrometheusRule')
    .flatMap(({ spec }) => spec?.groups ?? [])
    .flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []))
  const runs = Object.entries(IMAGES).map(([program, image]) => [
    program,
    versionOf(image, rendering, `${name} ${version}`),
  ])
  const services = objects
    .filter(({ kind, metadata }) => kind === 'Service' && metadata.namespace === namespace)
    .map(({ metadata, spec }) => [
      metadata.name,
      Object.fromEntries((spec?.ports ?? []).map(({ name, port }) => [name, port])),
    ])
  const pods = objects.flatMap(
    ({ kind, spec }) =>
      OPERATED[kind] ?? spec?.template?.metadata?.labels?.['app.kubernetes.io/name'] ?? [],
  )
  return {
    chart: name,
    version,
    runs: Object.fromEntries(runs) as Record<ChartProgram, string>,
    services: Object.fromEntries(services),
    pods: [...new Set(pods)].sort(),
    datasources: Object.fromEntries(
      objects.flatMap(datasourcesOf).map(({ name, uid }) => [name, uid]),
    ),
    alerts: [...new Set(alerts)].sort(),
  }
}

function datasourcesOf({ kind, data }: Rendered): readonly Datasource[] {
  const text = data?.['datasource.yaml']
  if (kind !== 'ConfigMap' || text === undefined) return []
  return (parse(text) as { readonly datasources: readonly Datasource[] }).datasources
}

/** `quay.io/prometheus/prometheus:v3.14.0-distroless` is version 3.14.0. */
function versionOf(image: string, rendering: string, chart: string): string {
  const pattern = new RegExp(`[\\s"=/]${image}:v?(\\d+\\.\\d+\\.\\d+)`, 'g')
  const found = [...new Set([...rendering.matchAll(pattern)].map(([, version = '']) => version))]
  const [only] = found
  if (only !== undefined && found.length === 1) return only
  throw new UserError(
    `${chart} runs ${found.length === 0 ? 'no image' : `the versions ${found.join(', ')}`} of ${image}: correct the table in tools/src/chart/record.ts.`,
  )
}

/** The record names the alerts that the release disables, too. */
export const withAllAlerts = (values: { readonly defaultRules?: object }) => ({
  ...values,
  defaultRules: { ...values.defaultRules, disabled: {} },
})
