import { median, type Work } from './rounds.ts'

/** Few enough operations that the garbage collector does not come between the two readings. */
const TIMES = 2_000

/**
 * Bytes allocated by one operation: how much the heap grew, as the median of many rounds. What a
 * reading itself allocates is measured the same way and taken off.
 */
export function allocatedBytes(work: Work): number {
  // Optimised code allocates less than what the interpreter runs first.
  for (let round = 0; round < 300; round++) work(TIMES)
  const nothing = median(Array.from({ length: 101 }, () => growth(() => {})))
  return Math.max(0, median(Array.from({ length: 101 }, () => growth(work))) - nothing) / TIMES
}

function growth(work: Work): number {
  for (;;) {
    const before = process.memoryUsage().heapUsed
    work(TIMES)
    const grown = process.memoryUsage().heapUsed - before
    if (grown >= 0) return grown
  }
}
