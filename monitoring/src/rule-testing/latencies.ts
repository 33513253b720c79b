import { type Environment, scenarioOf } from './environments.ts'
import { type Definition, observed } from './platform.ts'
import type { Battery } from './scenario.ts'

interface Latency {
  readonly definition: Definition
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

const QUICK = 0.04
const LATE = 2_400

/** What every rule on the slowest hundredth must tell apart. */
export const latencies = (
  alert: string,
  { definition, labels, others = labels, bearable, slow, more = [] }: Latency,
): Battery =>
  scenarioOf(alert, [
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
