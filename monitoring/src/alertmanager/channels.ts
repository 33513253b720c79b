/** Who is told by which way: what the routes are made of, and what the gate asks amtool about. */

/** The label that `defaultRules.additionalRuleLabels` puts on the alerts the chart brings along. */
export const CHART_ORIGIN = { origin: 'kube-prometheus-stack' } as const

/**
 * Alerts of the chart about the monitoring itself: a rule that cannot be evaluated or a configuration
 * that is not loaded makes ours fall silent. All others of the chart are about the cluster.
 */
export const CHART_ALERTS_TOLD: readonly string[] = [
  'AlertmanagerFailedReload',
  'PrometheusBadConfig',
  // From the other replica, where there are two; else the heartbeat tells.
  'PrometheusNotConnectedToAlertmanagers',
  'PrometheusOperatorRejectedResources',
  'PrometheusRuleFailures',
]

export const NOBODY = 'null'
export const HEARTBEAT = 'heartbeat'
export const FALLBACK = 'fallback'
export const bySeverity = (severity: string) => `${severity}-alerts`

/** Alerts that leave by another way than their severity says. */
const OWN_WAYS: Readonly<Record<string, readonly string[]>> = {
  Watchdog: [HEARTBEAT],
  NotificationsFailing: [FALLBACK, bySeverity('critical')],
}

/** The receivers an alert must reach, by its labels. */
export const receiversOf = ({
  alertname = '',
  severity = '',
  origin,
}: Readonly<Record<string, string>>): readonly string[] => {
  if (origin === CHART_ORIGIN.origin)
    return [CHART_ALERTS_TOLD.includes(alertname) ? bySeverity('warning') : NOBODY]
  return OWN_WAYS[alertname] ?? [bySeverity(severity)]
}
