import { apiDashboard } from './api/index.ts'
import { sloDashboard } from './slo.ts'
import type { DashboardSpec } from './spec.ts'
import { webhooksDashboard } from './webhooks/index.ts'
import { workerDashboard } from './worker/index.ts'

export type { DashboardSpec, PanelSpec, Query } from './spec.ts'

/** Every dashboard of the platform. */
export const dashboards: readonly DashboardSpec[] = [
  apiDashboard,
  workerDashboard,
  webhooksDashboard,
  sloDashboard,
]
