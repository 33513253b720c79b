import type { Timeline } from './scenario.ts'
import { counting, type Process } from './world.ts'

/** A histogram. */
export interface Definition {
  readonly name: string
  readonly buckets: readonly number[]
}

/** How many took so many seconds, between two scrapes; less than one is one now and then. */
export type Durations = Readonly<Record<number, number>>

/** The buckets of a histogram, by what it observes between two scrapes. */
export const observed = (
  process: Process,
  { name, buckets }: Definition,
  labels: Readonly<Record<string, string>>,
  perScrape: Durations | ((second: number) => Durations),
  write: (edge: number) => string = String,
): Timeline[] =>
  [...buckets, Number.POSITIVE_INFINITY].map((edge) => {
    const le = edge === Number.POSITIVE_INFINITY ? '+Inf' : write(edge)
    const within = (durations: Durations) =>
      Object.entries(durations)
        .filter(([seconds]) => Number(seconds) <= edge)
        .reduce((sum, [, times]) => sum + times, 0)
    return counting(process, `${name}_bucket`, { ...labels, le }, (second) =>
      within(typeof perScrape === 'function' ? perScrape(second) : perScrape),
    )
  })
