/**
 * Where things stand: the names that manifests, rules, routes and links must agree on.
 */

/** The environments that are evaluated. Each has a namespace of its name; see docs/guides/alerting.md. */
export const environments = ['stage'] as const

/** The namespace of Prometheus, Alertmanager and Grafana. */
export const MONITORING_NAMESPACE = 'monitoring'

/** The metrics-only Services. The operator makes a Service's name the `job` of its targets. */
export const targets = {
  api: { job: 'api-metrics', port: 9091 },
  worker: { job: 'worker-metrics', port: 9092 },
} as const

/** Bases of the links in a message. They are addresses for people inside, never public ones. */
export const addresses = {
  docs: 'https://docs.verifluence.internal/monitoring',
  grafana: 'https://grafana.verifluence.internal',
  alertmanager: 'https://alertmanager.verifluence.internal',
  prometheus: 'https://prometheus.verifluence.internal',
} as const

/** The datasource with the log lines; any client that runs Loki gives it this uid in Grafana. */
export const LOKI_UID = 'loki'

/** Seconds between two scrapes, and between two evaluations of a rule; the HelmRelease says the same. */
export const RHYTHM = 30

/** Secrets, by reference only: who creates them is written in operations/README.md. */
export const secrets = {
  telegram: { name: 'telegram-bot', key: 'token' },
  heartbeat: { name: 'alertmanager-heartbeat', key: 'url' },
  fallback: { name: 'alertmanager-fallback', key: 'url' },
} as const

/** Where the operator mounts a Secret that `alertmanagerSpec.secrets` lists. */
export const mountedAt = ({ name, key }: { readonly name: string; readonly key: string }) =>
  `/etc/alertmanager/secrets/${name}/${key}`
