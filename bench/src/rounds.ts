/** Runs one operation `times` times. */
export type Work = (times: number) => unknown

/** How long one round of one contender takes, in milliseconds. */
const ROUND = 15

/** Rounds that are not counted: a busy machine takes a while to optimise what is measured. */
const WARM_UP = 15

/**
 * Nanoseconds an operation for each contender: the median of rounds in which all take turns, each
 * time in another order, so that a slow moment of the machine hits all of them.
 */
export function nanoseconds<Name extends string>(
  contenders: Readonly<Record<Name, Work>>,
  rounds = 41,
): Record<Name, number> {
  const entries = Object.entries<Work>(contenders).map(([name, work]) => ({
    name,
    work,
    times: calibrate(work),
    seen: [] as number[],
  }))
  for (let round = -WARM_UP; round < rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const entry = entries[(round + WARM_UP + turn) % entries.length]
      if (!entry) continue
      const taken = time(entry.work, entry.times) / entry.times
      if (round >= 0) entry.seen.push(taken)
    }
  }
  const medians = entries.map(({ name, seen }) => [name, median(seen)])
  return Object.fromEntries(medians) as Record<Name, number>
}

/** Finds out how many operations fill a round; warms the work up on the way. */
function calibrate(work: Work): number {
  let times = 1_000
  for (;;) {
    const milliseconds = time(work, times) / 1e6
    if (milliseconds > ROUND / 2) return Math.ceil((times * ROUND) / milliseconds)
    times *= 2
  }
}

function time(work: Work, times: number): number {
  const start = process.hrtime.bigint()
  work(times)
  return Number(process.hrtime.bigint() - start)
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2
}
