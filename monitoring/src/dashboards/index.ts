import { apiDashboard } from './api.ts'
import { sloDashboard } from './slo.ts'
import type { DashboardSpec } from './spec.ts'
import { webhooksDashboard } from './webhooks.ts'
import { workerDashboard } from './worker.ts'

export type { DashboardSpec, PanelSpec, Query } from './spec.ts'

/** Every dashboard of the platform. */
export const dashboards: readonly DashboardSpec[] = [
  apiDashboard,
  workerDashboard,
  webhooksDashboard,
  sloDashboard,
]
