import { checkUse } from '../expressions/unused.ts'
import type { RunTool } from '../tools.ts'
import { checkAdmission } from './admission.ts'
import { checkAgreements } from './agreements/table.ts'
import { checkAlerts } from './alerts.ts'
import { type Build, buildAll, builtTree, withoutRepeats } from './built.ts'
import { checkChartKeys } from './chart/keys.ts'
import { checkChartRelease } from './chart/release.ts'
import { checkChartSecrets } from './chart/secrets.ts'
import { checkChartSpecs } from './chart/specs.ts'
import { checkChartTraps } from './chart/traps.ts'
import { checkDashboards } from './dashboards.ts'
import { checkEnvironments } from './environments.ts'
import { checkExposure } from './exposure.ts'
import { checkFirstStart } from './first-start.ts'
import { checkBuilds, checkListed, checkOrder, checkSecrets } from './placement.ts'
import { checkPods } from './pods.ts'
import { checkDenial } from './policies.ts'
import { checkRoutes } from './routes.ts'
import { checkRules } from './rules.ts'
import { checkSchemas } from './schemas.ts'
import { readTree, type Tree } from './tree.ts'
import { checkWiring } from './wiring.ts'

/** What holds of the files, and of what kustomize makes of them. */
const objectChecks: readonly ((tree: Tree) => string[])[] = [
  ...[checkSchemas, checkExposure, checkDenial, checkAdmission, checkSecrets, checkWiring],
  ...[checkChartKeys, checkChartSpecs, checkChartTraps, checkChartSecrets, checkChartRelease],
  checkAgreements,
]

/** What reading the files tells. */
const fileChecks: readonly ((tree: Tree) => string[])[] = [
  ...[...objectChecks, checkListed],
  ...[checkAlerts, checkDashboards, checkUse],
]

/** What only the built folders tell. */
const buildChecks: readonly ((tree: Tree, builds: readonly Build[]) => string[])[] = [
  ...[checkBuilds, checkOrder, checkFirstStart, checkEnvironments],
]

/** What promtool and amtool tell. */
const programChecks: readonly ((tree: Tree, runTool: RunTool) => Promise<string[]>)[] = [
  ...[checkRules, checkRoutes],
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
  if (runTool) {
    const builds = await buildAll(tree, runTool)
    complaints.push(...buildChecks.flatMap((check) => check(tree, builds)))
    // Objects that are missing only because a folder does not build are not worth a word.
    if (builds.every(({ failure }) => failure === undefined))
      complaints.push(
        ...[...objectChecks, checkPods].flatMap((check) => check(builtTree(tree, builds))),
      )
    for (const check of programChecks) complaints.push(...(await check(tree, runTool)))
  }
  return withoutRepeats(complaints)
}
