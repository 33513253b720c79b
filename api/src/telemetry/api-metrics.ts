import { counter, gauge, HTTP_METHODS, histogram, oneOf, open } from 'sideport'
import {
  CAMPAIGN_STATUSES,
  DEAL_STATUSES,
  DOMAIN_TABLES,
  NEGOTIATION_STATUSES,
  OFFER_STATUSES,
  SUBMISSION_STATUSES,
  WEBHOOK_EVENT_TYPES,
  WEBHOOK_PROCESS_RESULTS,
  WEBHOOK_RESULTS,
} from './label-values.ts'

const exportedBy = ['api'] as const
const source = oneOf('source', ['kick'])
const eventType = oneOf('event_type', WEBHOOK_EVENT_TYPES, 'other')
const processed = oneOf('result', WEBHOOK_PROCESS_RESULTS)
const table = oneOf('table', DOMAIN_TABLES)

/** Enough for every route of the API twice over. */
const route = open('route', { atMost: 120 })
const method = oneOf('method', HTTP_METHODS, 'other')
const statusCode = open('status_code', { atMost: 60 })

/** Every replica reads the same tables, so their answers are one truth and not a sum. */
function byStatus<const Value extends string>(
  entity: string,
  what: string,
  statuses: readonly Value[],
) {
  return gauge({
    name: `vf_${entity}_by_status`,
    help: `${what} in each status. Every api replica exports the same totals: aggregate with max by (status).`,
    labels: [oneOf('status', statuses)],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  })
}

/** What the api process alone exports. */
export const apiMetrics = {
  httpRequests: counter({
    name: 'vf_http_requests_total',
    help: 'Finished requests to the application port; 499 if the client disconnected first.',
    labels: [method, route, statusCode],
    maxSeries: 5_000,
    exportedBy,
  }),
  httpRequestDuration: histogram({
    name: 'vf_http_request_duration_seconds',
    help: 'Time from the request to the last byte of the response, or until the client disconnected.',
    unit: 'seconds',
    labels: [method, route, statusCode],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    maxSeries: 5_000,
    exportedBy,
  }),
  httpRequestsInFlight: gauge({
    name: 'vf_http_requests_in_flight',
    help: 'Requests that are being answered.',
    aggregate: 'sum',
    exportedBy,
  }),

  offersByStatus: byStatus('offers', 'Offers', OFFER_STATUSES),
  negotiationsByStatus: byStatus('negotiations', 'Negotiations', NEGOTIATION_STATUSES),
  dealsByStatus: byStatus('deals', 'Deals', DEAL_STATUSES),
  sessionSubmissionsByStatus: byStatus(
    'session_submissions',
    'Session submissions',
    SUBMISSION_STATUSES,
  ),
  campaignsByStatus: byStatus('campaigns', 'Campaigns', CAMPAIGN_STATUSES),

  domainLastRefresh: gauge({
    name: 'vf_domain_last_refresh_timestamp_seconds',
    help: 'When the totals of a table were last read; does not change while its query fails.',
    unit: 'seconds',
    labels: [table],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
  domainRefresh: counter({
    name: 'vf_domain_refresh_total',
    help: 'Attempts to read the totals of a table.',
    labels: [table, oneOf('result', ['ok', 'error', 'timeout'])],
    exportedBy,
  }),
  domainOldestPending: gauge({
    name: 'vf_domain_oldest_pending_timestamp_seconds',
    help: 'Since when the oldest row has waited for a person; absent when nothing waits. Aggregate with max by (table).',
    unit: 'seconds',
    labels: [oneOf('table', ['offers', 'session_submissions'])],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),

  webhookReceived: counter({
    name: 'vf_webhook_received_total',
    help: 'Webhook deliveries, by how the receiver answered.',
    labels: [source, eventType, oneOf('result', WEBHOOK_RESULTS)],
    exportedBy,
  }),
  webhookReceiveDuration: histogram({
    name: 'vf_webhook_receive_duration_seconds',
    help: 'Time to answer a webhook delivery. Kick gives up after about one second.',
    unit: 'seconds',
    labels: [source, oneOf('result', WEBHOOK_RESULTS)],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.1, 2.5],
    exportedBy,
  }),
  webhookProcessed: counter({
    name: 'vf_webhook_processed_total',
    help: 'Attempts to process a stored delivery.',
    labels: [source, eventType, processed],
    exportedBy,
  }),
  webhookProcessDuration: histogram({
    name: 'vf_webhook_process_duration_seconds',
    help: 'Time of one attempt to process a stored delivery.',
    unit: 'seconds',
    labels: [source, processed],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.5, 5],
    exportedBy,
  }),
  webhookBacklog: gauge({
    name: 'vf_webhook_backlog',
    help: 'Stored deliveries that are neither processed nor parked. Aggregate with max by (source).',
    labels: [source],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
  webhookOldestUnprocessed: gauge({
    name: 'vf_webhook_oldest_unprocessed_timestamp_seconds',
    help: 'When the oldest delivery in the backlog arrived; absent when nothing waits.',
    unit: 'seconds',
    labels: [source],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
  webhookParked: gauge({
    name: 'vf_webhook_parked',
    help: 'Deliveries given up after the last retry, waiting for a person. Aggregate with max by (source).',
    labels: [source],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
  webhookLastReceived: gauge({
    name: 'vf_webhook_last_received_timestamp_seconds',
    help: 'When the last delivery with a valid signature arrived.',
    unit: 'seconds',
    labels: [source],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  }),
}
