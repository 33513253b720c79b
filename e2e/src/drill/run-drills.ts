import { join } from 'node:path'
import { buildTree, OPERATIONS } from '@verifluence/local'
import { formatError, markdownTable, PROJECT, type Report } from '@verifluence/testkit'
import type { DrillArguments } from './arguments.ts'
import type { Group } from './drill.ts'
import type { Monitoring, StartOptions } from './environment/environment.ts'
import { monitoringGroups, only, systemGroups } from './program.ts'
import { cellsOf, figuresOf, HEAD, rowsOf, tableOf } from './report/table.ts'
import { hasPassed, type Outcome } from './run-drill.ts'
import { runGroup } from './run-group.ts'

/** Each environment without backend is four processes. */
const MONITORING_AT_ONCE = 3

/** Runs the wanted drills, those that do not affect each other at the same time. */
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
      ? [systemGroups, monitoringGroups]
      : [only(systemGroups, names), only(monitoringGroups, names)]
  const played = await Promise.all([
    runGroups(whole, atOnce, ground, say),
    runGroups(monitoring, MONITORING_AT_ONCE, ground, say),
  ])
  const outcomes = played.flatMap((results) => results.outcomes)
  const aborted = played.flatMap((results) => results.aborted)
  const minutes = Math.round((performance.now() - begun) / 6_000) / 10
  const rows = rowsOf(outcomes)
  const failed = outcomes.filter((outcome) => !hasPassed(outcome)).length
  const broken = aborted.map(({ stage, reason }) => `${stage} was aborted: ${formatError(reason)}`)
  const sum = `${outcomes.length} drills, ${outcomes.length - failed} held, ${aborted.length} groups broke off; ${minutes} minutes.`
  return {
    held: failed + aborted.length === 0,
    lines: [...tableOf(rows), ...broken, '', sum],
    recorded: [...markdownTable(HEAD, rows.map(cellsOf)), '', ...broken, sum],
    figures: figuresOf(rows, minutes),
  }
}

/** A group that ended early. */
interface AbortedGroup {
  readonly stage: string
  readonly reason: unknown
}

export interface Results {
  readonly outcomes: readonly Outcome[]
  readonly aborted: readonly AbortedGroup[]
}

/**
 * Runs groups in parallel, at most `atOnce`, each in its own folder. A group that fails
 * does not end the others; after `interrupted` aborts none is started.
 */
export async function runGroups<On extends Monitoring>(
  groups: readonly Group<On>[],
  atOnce: number,
  ground: StartOptions,
  say: (line: string) => void,
): Promise<Results> {
  const outcomes: Outcome[] = []
  const aborted: AbortedGroup[] = []
  const waiting = [...groups]
  const playOn = async () => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
      if (ground.interrupted.aborted) return
      const own = { ...ground, folder: join(ground.folder, stage.name) }
      try {
        outcomes.push(...(await runGroup(stage, own, say)))
      } catch (reason) {
        // After an interrupt the reason is known.
        if (!ground.interrupted.aborted) aborted.push({ stage: stage.name, reason })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, playOn))
  return { outcomes, aborted }
}
