import { setTimeout as wait } from 'node:timers/promises'

const minute = 60_000
/** Activity by hour of the day: low towards morning, full in the evening. */
const activity = [
  0.6, 0.4, 0.2, 0.1, 0.05, 0.05, 0.1, 0.2, 0.3, 0.4, 0.4, 0.5, 0.5, 0.5, 0.6, 0.6, 0.7, 0.8, 0.9,
  1, 1, 1, 0.9, 0.8,
] as const
/** The simulation starts in the early evening, so that there is activity at once. */
const firstHour = 18

export type Day = ReturnType<typeof createDay>

/** Simulated time: `speed` simulated seconds pass in one real second. */
export function createDay(speed: number, signal: AbortSignal) {
  const begin = performance.now()
  const now = (): number => firstHour * 60 + ((performance.now() - begin) * speed) / minute
  return {
    /** Minutes since the first midnight. */
    now,
    /** From nearly 0 at night to 1 in the evening. */
    activity: (): number => activity[Math.floor(now() / 60) % 24] ?? 1,
    /** Sleeps until a simulated minute. @throws AbortError when the simulation ends */
    until: (at: number): Promise<void> =>
      wait(Math.max(0, ((at - now()) * minute) / speed), undefined, { signal }),
  }
}
