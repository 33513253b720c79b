/** Draws dashboards from Grafana's JSON with the series of a Prometheus. It knows nothing of the page around it. */
export { DashboardGrid } from './dashboard.tsx'
export { type Dashboard, type DashboardLink, parseTime, readDashboard } from './model.ts'
export {
  ALL,
  addressOf,
  interpolate,
  type ResolvedVariable,
  resolveVariables,
} from './template.ts'
