import { sloDashboard } from '../components/http/slo-panels.ts'
import { webhooksDashboard } from '../components/webhooks/panels.ts'
import { apiDashboard } from './api-dashboard.ts'
import type { DashboardSpec } from './spec.ts'
import { workerDashboard } from './worker-dashboard.ts'

export type { DashboardSpec, PanelSpec } from './spec.ts'

/** Every dashboard of the platform. */
export const dashboards: readonly DashboardSpec[] = [
  apiDashboard,
  workerDashboard,
  webhooksDashboard,
  sloDashboard,
]
