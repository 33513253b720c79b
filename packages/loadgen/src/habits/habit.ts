import type { Stage } from '../stage.ts'

/**
 * When a habit is followed: people (unless it is said otherwise) do less at night, what is `steady`
 * does not know night, and a `clock` leaves nothing to chance: it begins after a quarter of its time.
 */
type Rhythm = 'people' | 'steady' | 'clock'

/** Something that somebody does again and again. */
export type Habit<Who> = {
  readonly name: string
  /** The mean time between two occasions in simulated minutes; of people, in the evening. */
  readonly everyMinutes: number
  readonly rhythm?: Rhythm
  readonly act: (who: Who, stage: Stage) => Promise<void>
}

/** Lives by the habits, one occasion after the other, until the stage's signal ends it. */
export async function liveBy<Who>(
  habits: readonly Habit<Who>[],
  who: Who,
  stage: Stage,
): Promise<void> {
  const { day, random, signal } = stage
  const pauseOf = ({ everyMinutes, rhythm = 'people' }: Habit<Who>): number => {
    if (rhythm === 'clock') return everyMinutes
    return random.waiting(rhythm === 'steady' ? everyMinutes : everyMinutes / day.activity())
  }
  const plans = habits.map((habit) => ({
    habit,
    due: day.now() + (habit.rhythm === 'clock' ? habit.everyMinutes / 4 : pauseOf(habit)),
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
