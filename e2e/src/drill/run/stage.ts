import type { Drill, Stage } from '../drill.ts'
import { allNotices } from '../notices.ts'
import type { Outcome } from '../outcome.ts'
import type { Ground, Site } from '../site/site.ts'
import { runDrill, type Telling } from './one.ts'

/**
 * Starts a site, plays the acts of a stage on it, and takes it down. Whatever else is told during an
 * act than its drills ask for is a false alarm of every one of them.
 */
export async function runStage<On extends Site>(
  { name, start, acts }: Stage<On>,
  ground: Ground,
  say: (line: string) => void,
): Promise<readonly Outcome[]> {
  const site = await start(ground)
  const stop = () => void site.stop()
  ground.interrupted.addEventListener('abort', stop, { once: true })
  try {
    const outcomes: Outcome[] = []
    for (const act of acts) outcomes.push(...(await runAct(site, act, { stage: name, say })))
    return outcomes
  } finally {
    ground.interrupted.removeEventListener('abort', stop)
    await site.stop()
  }
}

async function runAct<On extends Site>(
  site: On,
  act: readonly Drill<On>[],
  telling: Telling,
): Promise<readonly Outcome[]> {
  const begun = new Date()
  const outcomes = await Promise.all(act.map((drill) => runDrill(site, drill, telling)))
  const alarms = await falseAlarms(site, act, begun)
  return outcomes.map((outcome) => ({ ...outcome, problems: [...outcome.problems, ...alarms] }))
}

async function falseAlarms<On extends Site>(
  site: On,
  act: readonly Drill<On>[],
  begun: Date,
): Promise<string[]> {
  const meant = act.flatMap(({ arrives, mayArrive = [] }) => [
    ...arrives.map(({ alert }) => alert),
    ...mayArrive,
  ])
  const notices = await allNotices(site.fakes)
  const strange = notices.filter(({ at, alert }) => at >= begun && !meant.includes(alert))
  const names = new Set(strange.filter(({ isOver }) => !isOver).map(({ alert }) => alert))
  return [...names].map((alert) => `${alert} arrived although nothing caused it`)
}
