import {
  counter,
  gauge,
  histogram,
  oneOf,
  open,
  pairs,
  REQUEST_FAILURES,
  runtimeMetrics,
  selfMetrics,
} from 'sideport'
import { EXTERNAL_OPERATIONS } from './label-values.ts'

const exportedBy = ['api', 'worker'] as const
const operation = pairs('target', 'operation', EXTERNAL_OPERATIONS)

/** What both processes export. */
export const sharedMetrics = {
  externalHttp: counter({
    name: 'vf_external_http_total',
    help: 'Attempts to call an external service, by status code or by how the attempt failed.',
    labels: [
      operation,
      open('status_code', {
        atMost: 60,
        // The ones that alerts look for must be 0 before they are 1.
        known: ['200', '401', '429', '500', '503', ...REQUEST_FAILURES],
      }),
    ],
    exportedBy,
  }),
  externalHttpDuration: histogram({
    name: 'vf_external_http_duration_seconds',
    help: 'Time from an attempt to its response headers, or to its failure.',
    unit: 'seconds',
    labels: [operation],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1.5, 2.5, 5, 10, 30],
    exportedBy,
  }),
  dbPoolConnections: gauge({
    name: 'vf_db_pool_connections',
    help: 'Open connections of this process to PostgreSQL.',
    labels: [oneOf('state', ['idle', 'active'])],
    aggregate: 'sum',
    exportedBy,
  }),
  dbPoolWaiting: gauge({
    name: 'vf_db_pool_waiting',
    help: 'Queries of this process that wait for a connection.',
    aggregate: 'sum',
    exportedBy,
  }),
  buildInfo: gauge({
    name: 'vf_build_info',
    help: 'Always 1; the labels say which build runs.',
    labels: [open('version', { atMost: 1 }), open('revision', { atMost: 1 })],
    aggregate: 'max',
    exportedBy,
  }),
  processClock: gauge({
    name: 'vf_process_clock_timestamp_seconds',
    help: 'The clock of the process at the scrape; compare it with the timestamp of the sample.',
    unit: 'seconds',
    aggregate: 'max',
    exportedBy,
  }),
  ...selfMetrics(exportedBy, 'vf_metrics_'),
  ...runtimeMetrics(exportedBy),
}
