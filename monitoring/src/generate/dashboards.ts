import { dashboards } from '../grafana/dashboards.ts'
import { renderDashboard } from '../grafana/render.ts'
import type { GeneratedFile } from './files.ts'

const FOLDER = 'operations/clusters/prod/monitoring/dashboards'

/** Where a dashboard lies: `vf-api` is `verifluence-api.json`. */
export const dashboardPath = (uid: string) => `${FOLDER}/${uid.replace('vf-', 'verifluence-')}.json`

/** The dashboards; JSON has no comments, so the header is in their description. */
export const dashboardFiles = (): GeneratedFile[] =>
  dashboards.map((dashboard) => ({
    path: dashboardPath(dashboard.uid),
    content: `${JSON.stringify(renderDashboard(dashboard), null, 2)}\n`,
  }))
