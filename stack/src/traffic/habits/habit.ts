import type { Stage } from '../stage.ts'

/** Something that somebody does again and again. */
export type Habit<Who> = {
  readonly name: string
  /** The mean time between two occasions in simulated minutes, in the busiest hour of the day. */
  readonly everyMinutes: number
  /** Done at even intervals day and night, for the first time after a quarter of one. */
  readonly regular?: boolean
  readonly act: (who: Who, stage: Stage) => Promise<void>
}

/** Lives by the habits, one occasion after the other, until the stage's signal ends it. */
export async function liveBy<Who>(
  habits: readonly Habit<Who>[],
  who: Who,
  stage: Stage,
): Promise<void> {
  const { day, random, signal } = stage
  const pauseOf = ({ everyMinutes, regular }: Habit<Who>): number =>
    regular ? everyMinutes : random.waiting(everyMinutes / day.activity())
  const plans = habits.map((habit) => ({
    habit,
    due: day.now() + (habit.regular ? habit.everyMinutes / 4 : random.waiting(habit.everyMinutes)),
  }))
  while (!signal.aborted) {
    plans.sort((one, other) => one.due - other.due)
    const [next] = plans
    if (next === undefined) return
    await day.until(next.due)
    await stage.attempt(() => next.habit.act(who, stage))
    next.due = day.now() + pauseOf(next.habit)
  }
}
