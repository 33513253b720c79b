import type { Drill, Group } from './drill.ts'
import type { Monitoring, StartOptions } from './environment/environment.ts'
import { allNotifications } from './notifications.ts'
import type { Outcome } from './run-drill.ts'
import { runDrill, type Telling } from './run-drill.ts'

/**
 * Starts an environment, runs the phases of a group and stops it. Any notification in a
 * phase that no drill of it expects is a false alarm of each of them.
 */
export async function runGroup<On extends Monitoring>(
  { name, start, phases }: Group<On>,
  ground: StartOptions,
  say: (line: string) => void,
): Promise<readonly Outcome[]> {
  const system = await start(ground)
  const stop = () => void system.stop()
  ground.interrupted.addEventListener('abort', stop, { once: true })
  try {
    const outcomes: Outcome[] = []
    for (const phase of phases)
      outcomes.push(...(await runPhase(system, phase, { stage: name, say })))
    return outcomes
  } finally {
    ground.interrupted.removeEventListener('abort', stop)
    await system.stop()
  }
}

async function runPhase<On extends Monitoring>(
  system: On,
  phase: readonly Drill<On>[],
  telling: Telling,
): Promise<readonly Outcome[]> {
  const begun = new Date()
  const outcomes = await Promise.all(phase.map((drill) => runDrill(system, drill, telling)))
  const alarms = await falseAlarms(system, phase, begun)
  return outcomes.map((outcome) => ({ ...outcome, problems: [...outcome.problems, ...alarms] }))
}

async function falseAlarms<On extends Monitoring>(
  system: On,
  phase: readonly Drill<On>[],
  begun: Date,
): Promise<string[]> {
  const meant = phase.flatMap(({ expects, mayFire = [] }) => [
    ...expects.map(({ alert }) => alert),
    ...mayFire,
  ])
  const notifications = await allNotifications(system.fakes)
  const strange = notifications.filter(({ at, alert }) => at >= begun && !meant.includes(alert))
  const names = new Set(strange.filter(({ isResolved }) => !isResolved).map(({ alert }) => alert))
  return [...names].map((alert) => `${alert} was sent although no fault caused it`)
}
