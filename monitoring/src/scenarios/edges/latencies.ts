import type { Battery, Timeline } from '../scenario.ts'
import { counting, type Process } from '../world.ts'
import { type Environment, storyOf } from './environments.ts'

interface Latency {
  readonly definition: { readonly name: string; readonly buckets: readonly number[] }
  readonly labels: Readonly<Record<string, string>>
  /** Another label set that counts as well. */
  readonly others?: Readonly<Record<string, string>>
  /** Seconds below the threshold and above half of it. */
  readonly bearable: number
  /** Seconds above the threshold. */
  readonly slow: number
  /** More troubles, of one rule only. */
  readonly more?: readonly Environment[]
}

/** How many took so many seconds, between two scrapes; less than one is one now and then. */
export type Durations = Readonly<Record<number, number>>

const QUICK = 0.04
const LATE = 2_400

/** The buckets of a histogram, by what it observes between two scrapes. */
export const observed = (
  process: Process,
  { name, buckets }: Latency['definition'],
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

/** What every rule on the slowest hundredth must tell apart. */
export const latencies = (
  alert: string,
  { definition, labels, others = labels, bearable, slow, more = [] }: Latency,
): Battery =>
  storyOf(alert, [
    {
      env: 'the-quiet-replica-is-slow',
      timelines: (process) => [
        ...observed(process({ kind: 'api' }), definition, labels, { [QUICK]: 100 }),
        ...observed(process({ kind: 'api', pod: 'b' }), definition, labels, { [slow]: 3 }),
      ],
      fires: [LATE],
    },
    {
      env: 'bearable',
      timelines: (process) =>
        observed(process({ kind: 'api' }), definition, labels, { [bearable]: 10 }),
      silent: [LATE],
    },
    {
      env: 'only-others-are-slow',
      timelines: (process) =>
        observed(process({ kind: 'api' }), definition, others, { [slow]: 10 }),
      fires: [LATE],
    },
    ...more,
  ])
