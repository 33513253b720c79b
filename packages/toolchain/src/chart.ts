import record from './chart.json' with { type: 'json' }

/** What one version of the monitoring chart installs, read from its rendering by `npm run chart`. */
export interface ChartRecord {
  readonly chart: string
  readonly version: string
  /** Versions of the programs that it runs, without a leading `v`. */
  readonly runs: Readonly<Record<ChartProgram, string>>
  /** The ports of its Services in the release's namespace, by name. */
  readonly services: Readonly<Record<string, Readonly<Record<string, number>>>>
  /** `app.kubernetes.io/name` of its pods. */
  readonly pods: readonly string[]
  /** The uid of each datasource that it gives to Grafana. */
  readonly datasources: Readonly<Record<string, string>>
  /** The alerts that it brings. */
  readonly alerts: readonly string[]
}

export type ChartProgram =
  | 'operator'
  | 'config-reloader'
  | 'prometheus'
  | 'alertmanager'
  | 'grafana'
  | 'sidecar'
  | 'kube-state-metrics'
  | 'node-exporter'

/**
 * The record of the chart that production runs. The gate compares its version with the HelmRelease's,
 * so binaries, docs and drills take their versions from here.
 */
export const CHART_RECORD: ChartRecord = record satisfies ChartRecord

/** `Prometheus 3.5.3 (production: 3.14.0)`, or without the brackets where both are the same. */
export const compareWithProduction = (
  name: string,
  program: 'prometheus' | 'alertmanager' | 'grafana',
  version: string,
): string => {
  const [own = version] = /^\d+\.\d+\.\d+/.exec(version) ?? []
  const production = CHART_RECORD.runs[program]
  return own === production
    ? `${name} ${version}`
    : `${name} ${version} (production: ${production})`
}
