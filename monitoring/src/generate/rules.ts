import type { RecordingGroup } from '../components/alert.ts'
import {
  type Alert,
  type AlertGroup,
  platformGroups,
  recordingGroups,
  stalenessGroup,
} from '../components/index.ts'
import { environmentOf } from '../expressions/environment.ts'
import { panelUrl, runbookUrl } from '../grafana/links.ts'
import { environments } from '../places.ts'
import { duration } from '../promql/time.ts'
import { type GeneratedFile, yamlFile } from './files.ts'

/** An alert as Prometheus reads it. */
export const alertRule = (alert: Alert) => ({
  alert: alert.name,
  expr: alert.expr,
  ...(alert.for > 0 ? { for: duration(alert.for) } : {}),
  ...(alert.keepFiringFor ? { keep_firing_for: duration(alert.keepFiringFor) } : {}),
  labels: { severity: alert.severity, ...alert.labels },
  annotations: {
    summary: alert.summary,
    description: alert.description,
    runbook_url: runbookUrl(alert.name),
    dashboard_url: panelUrl(alert.panel, environmentOf(alert.expr, alert.labels)),
  },
})

const alertGroup = ({ name, alerts }: AlertGroup) => ({ name, rules: alerts.map(alertRule) })

const recordingGroup = ({ name, interval, recordings }: RecordingGroup) => ({
  name,
  ...(interval === undefined ? {} : { interval: duration(interval) }),
  rules: recordings.map(({ mayBeEmpty: _, ...recording }) => recording),
})

const prometheusRule = (name: string, groups: readonly unknown[]) => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: {
    name,
    namespace: environments[0],
    labels: { 'app.kubernetes.io/part-of': 'verifluence' },
    // Flux would replace what looks like a variable to it; annotations hold `$labels` and `$value`.
    annotations: { 'kustomize.toolkit.fluxcd.io/substitute': 'disabled' },
  },
  spec: { groups },
})

const FOLDER = 'operations/clusters/prod/stage/monitoring'
export const STALENESS_RULES = `${FOLDER}/poller-staleness-rules.yaml`
export const PLATFORM_RULES = `${FOLDER}/platform-rules.yaml`

/** A group as Prometheus reads it. */
export type RuleGroup = ReturnType<typeof alertGroup> | ReturnType<typeof recordingGroup>

/** Every group of both files, in their order. */
export const ruleGroups = (): RuleGroup[] => [
  alertGroup(stalenessGroup),
  ...recordingGroups.map(recordingGroup),
  ...platformGroups.map(alertGroup),
]

/** The rule files of the operations tree. */
export const ruleFiles = (): GeneratedFile[] => [
  yamlFile(
    STALENESS_RULES,
    'api/src/telemetry/jobs.ts and monitoring/src/components/jobs/alerts.ts',
    [prometheusRule('worker-poller-staleness', [alertGroup(stalenessGroup)])],
  ),
  yamlFile(PLATFORM_RULES, 'monitoring/src/components', [
    prometheusRule('platform-alerts', [
      ...recordingGroups.map(recordingGroup),
      ...platformGroups.map(alertGroup),
    ]),
  ]),
]
