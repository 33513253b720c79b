import { apiMetrics } from './api-metrics.ts'
import { postgresMetrics } from './postgres-metrics.ts'
import { sharedMetrics } from './shared-metrics.ts'
import { workerMetrics } from './worker-metrics.ts'

/**
 * Every metric of Verifluence's backend. Handles, pre-created series, reference docs, rules,
 * dashboards and their checks derive from it: adding a metric is one entry in one of its parts.
 */
export const catalogue = {
  ...apiMetrics,
  ...postgresMetrics,
  ...workerMetrics,
  ...sharedMetrics,
}

export * from './label-values.ts'
