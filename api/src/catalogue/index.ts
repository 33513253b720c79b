import { apiMetrics } from './api.ts'
import { sharedMetrics } from './both.ts'
import { workerMetrics } from './worker.ts'

/**
 * Every metric of Verifluence's backend. Handles, pre-created series, reference docs, rules,
 * dashboards and their checks derive from it: adding a metric is one entry in one of its parts.
 */
export const catalogue = { ...apiMetrics, ...workerMetrics, ...sharedMetrics }

export * from './values.ts'
