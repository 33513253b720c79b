import type { Simulation } from '../simulation.ts'

/**
 * When a flow runs: by default less at night; `steady` flows
 * ignore the hour, and `clock` flows have a fixed period: they begin after a quarter of it.
 */
type Rhythm = 'people' | 'steady' | 'clock'

/** A repeated action of a user. */
export type Flow<Who> = {
  readonly name: string
  /** The mean time between two runs in simulated minutes, in the evening. */
  readonly everyMinutes: number
  readonly rhythm?: Rhythm
  readonly act: (who: Who, simulation: Simulation) => Promise<void>
}

/** Runs the flows one at a time until the simulation's signal aborts. */
export async function liveBy<Who>(
  flows: readonly Flow<Who>[],
  who: Who,
  simulation: Simulation,
): Promise<void> {
  const { day, random, signal } = simulation
  const pauseOf = ({ everyMinutes, rhythm = 'people' }: Flow<Who>): number => {
    if (rhythm === 'clock') return everyMinutes
    return random.waiting(rhythm === 'steady' ? everyMinutes : everyMinutes / day.activity())
  }
  const plans = flows.map((flow) => ({
    flow,
    due: day.now() + (flow.rhythm === 'clock' ? flow.everyMinutes / 4 : pauseOf(flow)),
  }))
  while (!signal.aborted) {
    plans.sort((one, other) => one.due - other.due)
    const [next] = plans
    if (next === undefined) return
    await day.until(next.due)
    await simulation.attempt(() => next.flow.act(who, simulation))
    next.due = day.now() + pauseOf(next.flow)
  }
}
