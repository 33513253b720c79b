/** Series that a rule names although a healthy platform need not have them, each with the reason. */
const reasons: Readonly<Record<string, string>> = {
  probe_success: 'the blackbox exporter runs in the cluster only',
  probe_ssl_earliest_cert_expiry: 'the blackbox exporter runs in the cluster only',
  kube_pod_container_status_last_terminated_reason: 'kube-state-metrics runs in the cluster only',
  kube_pod_container_status_restarts_total: 'kube-state-metrics runs in the cluster only',
  vf_postgres_oldest_transaction_timestamp_seconds: 'no transaction is open',
  vf_worker_poll_last_success_timestamp_seconds:
    'the job has not come round since the installation',
  vf_metrics_series_dropped_total: 'nothing was ever dropped',
  vf_webhook_oldest_unprocessed_timestamp_seconds: 'the inbox is empty',
  vf_domain_oldest_pending_timestamp_seconds: 'nothing waits for a person',
  vf_webhook_last_received_timestamp_seconds: 'no webhook has arrived yet',
}

/** A label value that only a fault brings into being. */
const isFaulty = (matchers: string) => /status_code=~?"5/.test(matchers)

/** Why a selector may rightly find nothing, if there is a reason. */
export const reasonForAbsence = (selector: string): string | undefined => {
  const [name = ''] = selector.split('{')
  return reasons[name] ?? (isFaulty(selector) ? 'no request was ever answered 5xx' : undefined)
}
