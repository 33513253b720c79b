import { UserError } from '@verifluence/testkit'
import type { ChartProgram, ChartRecord } from '@verifluence/toolchain'
import { parseAllDocuments } from 'yaml'

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

interface Rules {
  readonly kind?: string
  readonly spec?: {
    readonly groups?: readonly { readonly rules: readonly { readonly alert?: string }[] }[]
  }
}

/**
 * Reads what a version of the chart runs from its rendering.
 *
 * @throws UserError when the rendering runs no image, or two versions, of a program.
 */
export function recordOf(
  { name, version }: { readonly name: string; readonly version: string },
  rendering: string,
): ChartRecord {
  const objects = parseAllDocuments(rendering).map((document) => document.toJS() as Rules | null)
  const alerts = objects
    .filter((object) => object?.kind === 'PrometheusRule')
    .flatMap((object) => object?.spec?.groups ?? [])
    .flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []))
  const runs = Object.entries(IMAGES).map(([program, image]) => [
    program,
    versionOf(image, rendering, `${name} ${version}`),
  ])
  return {
    chart: name,
    version,
    runs: Object.fromEntries(runs) as Record<ChartProgram, string>,
    alerts: [...new Set(alerts)].sort(),
  }
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
