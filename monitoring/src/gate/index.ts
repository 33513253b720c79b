import { checkUse } from '../expressions/unused.ts'
import type { RunTool } from '../tools.ts'
import { checkAlerts } from './alerts.ts'
import { checkChartValues } from './chart-values.ts'
import { checkDashboards } from './dashboards.ts'
import { checkExposure } from './exposure.ts'
import { checkBuilds, checkListed, checkOrder, checkSecrets } from './placement.ts'
import { checkRoutes } from './routes.ts'
import { checkRules } from './rules.ts'
import { checkSchemas } from './schemas.ts'
import { readTree, type Tree } from './tree.ts'
import { checkWiring } from './wiring.ts'

/** What reading the files tells. */
const fileChecks: readonly ((tree: Tree) => string[])[] = [
  ...[checkSchemas, checkChartValues, checkExposure, checkListed, checkSecrets, checkOrder],
  checkWiring,
  ...[checkAlerts, checkDashboards, checkUse],
]

/** What kustomize, promtool and amtool tell. */
const programChecks: readonly ((tree: Tree, runTool: RunTool) => Promise<string[]>)[] = [
  ...[checkBuilds, checkRules, checkRoutes],
]

/**
 * What must not reach the cluster: every refusal is a sentence that names the file and the remedy.
 *
 * @param root the project's folder
 * @param runTool runs kustomize, promtool and amtool; without it only the files are read
 */
export const operationsComplaints = async (root: string, runTool?: RunTool): Promise<string[]> => {
  const tree = readTree(root)
  // What does not parse makes all that follows speak of the wrong thing.
  if (tree.unreadable.length > 0) return [...tree.unreadable]
  const complaints = fileChecks.flatMap((check) => check(tree))
  if (runTool) for (const check of programChecks) complaints.push(...(await check(tree, runTool)))
  return [...new Set(complaints)]
}
