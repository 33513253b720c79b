export {
  CHART_RECORD,
  type ChartProgram,
  type ChartRecord,
  compareWithProduction,
} from './chart.ts'
export { type FindOptions, findBinary } from './find.ts'
export { fetchGrafana, GRAFANA_VERSION, type GrafanaBinary } from './grafana.ts'
export {
  type ChartRelease,
  type ChartSource,
  findChart,
  findHelm,
  locateChart,
  locateHelm,
  renderChart,
} from './helm.ts'
export { type Binary, originOf } from './locate.ts'
export { type RunResult, runBinary, runTool } from './run.ts'
export { TOOL_NAMES, type ToolName } from './tools.ts'
