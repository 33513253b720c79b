import { MONITORING_NAMESPACE } from '../places.ts'

/** Which channel receives what: the routes derive from it, and the gate asks amtool about it. */

/** The label that `defaultRules.additionalRuleLabels` puts on the alerts the chart brings along. */
export const CHART_ORIGIN = { origin: 'kube-prometheus-stack' } as const

/**
 * Alerts of the chart about the monitoring itself, and about clocks, which every rule reads: a rule that cannot be
 * evaluated, a configuration that is not loaded or a full disk makes our alerts silent. All others of the
 * chart are about the cluster.
 */
export const CHART_ALERTS_SENT: readonly string[] = [
  'AlertmanagerFailedReload',
  'ConfigReloaderSidecarErrors',
  'NodeClockNotSynchronising',
  'NodeClockSkewDetected',
  'PrometheusBadConfig',
  'PrometheusErrorSendingAlertsToAnyAlertmanager',
  'PrometheusMissingRuleEvaluations',
  // From the other replica, where there are two; otherwise the heartbeat stops.
  'PrometheusNotConnectedToAlertmanagers',
  'PrometheusNotIngestingSamples',
  'PrometheusOperatorReconcileErrors',
  'PrometheusOperatorRejectedResources',
  'PrometheusOperatorSyncFailed',
  'PrometheusRuleFailures',
  'PrometheusTSDBCompactionsFailing',
  'PrometheusTSDBReloadsFailing',
]

/** Alerts of the chart about volumes, which are sent where the volume belongs to the monitoring. */
export const VOLUME_ALERTS: readonly string[] = [
  'KubePersistentVolumeFillingUp',
  'KubePersistentVolumeInodesFillingUp',
]

/** The receiver that sends nothing. */
export const NULL = 'null'
export const HEARTBEAT = 'heartbeat'
export const FALLBACK = 'fallback'
export const bySeverity = (severity: string) => `${severity}-alerts`

/** Alerts that leave by other channels than their severity says. */
const OWN_CHANNELS: Readonly<Record<string, readonly string[]>> = {
  Watchdog: [HEARTBEAT],
  NotificationsFailing: [FALLBACK, bySeverity('critical')],
}

/** The receivers an alert must reach, by its labels. */
export const receiversOf = ({
  alertname = '',
  severity = '',
  origin,
  namespace,
}: Readonly<Record<string, string>>): readonly string[] => {
  if (origin !== CHART_ORIGIN.origin) return OWN_CHANNELS[alertname] ?? [bySeverity(severity)]
  const isSent =
    CHART_ALERTS_SENT.includes(alertname) ||
    (VOLUME_ALERTS.includes(alertname) && namespace === MONITORING_NAMESPACE)
  return [isSent ? bySeverity('warning') : NULL]
}
