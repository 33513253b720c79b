import { join } from 'node:path'
import { buildTree, OPERATIONS } from '@verifluence/local'
import type { Report } from '@verifluence/testkit'
import { explain, markdownTable, PROJECT } from '@verifluence/testkit'
import type { DrillArguments } from './arguments.ts'
import { isHeld } from './outcome.ts'
import { monitoringStages, only, wholeStages } from './program.ts'
import { figuresOf } from './report/figures.ts'
import { rowsOf } from './report/rows.ts'
import { cellsOf, HEAD, tableOf } from './report/table.ts'
import { runStages } from './run/all.ts'

/** The monitoring alone is light, but each is four processes. */
const MONITORING_AT_ONCE = 3

/** Does the wanted drills, all that do not disturb each other at the same time. */
export async function runDrills(
  { names, atOnce }: Pick<DrillArguments, 'names' | 'atOnce'>,
  interrupted: AbortSignal,
  say: (line: string) => void,
): Promise<Report> {
  const begun = performance.now()
  const manifests = await buildTree(PROJECT, OPERATIONS)
  const ground = { folder: join(PROJECT, '.stack', 'drills'), manifests, interrupted }
  const [whole, monitoring] =
    names.length === 0
      ? [wholeStages, monitoringStages]
      : [only(wholeStages, names), only(monitoringStages, names)]
  const played = await Promise.all([
    runStages(whole, atOnce, ground, say),
    runStages(monitoring, MONITORING_AT_ONCE, ground, say),
  ])
  const outcomes = played.flatMap((results) => results.outcomes)
  const wrecks = played.flatMap((results) => results.wrecks)
  const minutes = Math.round((performance.now() - begun) / 6_000) / 10
  const rows = rowsOf(outcomes)
  const failed = outcomes.filter((outcome) => !isHeld(outcome)).length
  const broken = wrecks.map(({ stage, reason }) => `${stage} broke off: ${explain(reason)}`)
  const sum = `${outcomes.length} drills, ${outcomes.length - failed} held, ${wrecks.length} stages broke off; ${minutes} minutes.`
  return {
    held: failed + wrecks.length === 0,
    lines: [...tableOf(rows), ...broken, '', sum],
    recorded: [...markdownTable(HEAD, rows.map(cellsOf)), '', ...broken, sum],
    figures: figuresOf(rows, minutes),
  }
}
