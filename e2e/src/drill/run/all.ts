import { join } from 'node:path'
import type { Stage } from '../drill.ts'
import type { Outcome } from '../outcome.ts'
import type { Ground, Site } from '../site/site.ts'
import { runStage } from './stage.ts'

/** A stage that could not be played to its end. */
interface Wreck {
  readonly stage: string
  readonly reason: unknown
}

export interface Results {
  readonly outcomes: readonly Outcome[]
  readonly wrecks: readonly Wreck[]
}

/**
 * Plays stages side by side, at most so many at once, each in a folder of its own. A stage that breaks
 * does not end the others; one that has not begun when `ground.interrupted` aborts is left out.
 */
export async function runStages<On extends Site>(
  stages: readonly Stage<On>[],
  atOnce: number,
  ground: Ground,
  say: (line: string) => void,
): Promise<Results> {
  const outcomes: Outcome[] = []
  const wrecks: Wreck[] = []
  const waiting = [...stages]
  const playOn = async () => {
    for (let stage = waiting.shift(); stage !== undefined; stage = waiting.shift()) {
      if (ground.interrupted.aborted) return
      const own = { ...ground, folder: join(ground.folder, stage.name) }
      try {
        outcomes.push(...(await runStage(stage, own, say)))
      } catch (reason) {
        // Whoever interrupts does not want to hear what it broke.
        if (!ground.interrupted.aborted) wrecks.push({ stage: stage.name, reason })
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, playOn))
  return { outcomes, wrecks }
}
