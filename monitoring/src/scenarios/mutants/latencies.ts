import type { Battery, Timeline } from '../scenario.ts'
import { counting, type Process } from '../world.ts'
import { storyOf } from './environments.ts'

interface Latency {
  readonly definition: { readonly name: string; readonly buckets: readonly number[] }
  readonly labels: Readonly<Record<string, string>>
  /** Another label set that counts as well. */
  readonly others?: Readonly<Record<string, string>>
  /** Seconds below the threshold and above half of it. */
  readonly bearable: number
  /** Seconds above the threshold. */
  readonly slow: number
}

const QUICK = 0.04
const LATE = 2_400

/** What every rule on the slowest hundredth must tell apart. */
export const latencies = (
  alert: string,
  { definition, labels, others = labels, bearable, slow }: Latency,
): Battery => {
  const observed = (
    process: Process,
    by: Readonly<Record<string, string>>,
    perScrape: Readonly<Record<number, number>>,
  ): Timeline[] =>
    [...definition.buckets, Number.POSITIVE_INFINITY].map((edge) => {
      const le = edge === Number.POSITIVE_INFINITY ? '+Inf' : String(edge)
      const within = Object.entries(perScrape).filter(([seconds]) => Number(seconds) <= edge)
      const count = within.reduce((sum, [, times]) => sum + times, 0)
      return counting(process, `${definition.name}_bucket`, { ...by, le }, () => count)
    })
  return storyOf(alert, [
    {
      env: 'the-quiet-replica-is-slow',
      timelines: (process) => [
        ...observed(process({ kind: 'api' }), labels, { [QUICK]: 100 }),
        ...observed(process({ kind: 'api', pod: 'b' }), labels, { [slow]: 3 }),
      ],
      fires: [LATE],
    },
    {
      env: 'bearable',
      timelines: (process) => observed(process({ kind: 'api' }), labels, { [bearable]: 10 }),
      silent: [LATE],
    },
    {
      env: 'only-others-are-slow',
      timelines: (process) => observed(process({ kind: 'api' }), others, { [slow]: 10 }),
      fires: [LATE],
    },
  ])
}
