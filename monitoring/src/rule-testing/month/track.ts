import type { targets } from '../../places.ts'
import { TICK, TICKS } from './time.ts'

/** One replica of a process; a rollout replaces it by the one of the other colour. */
export interface Pod {
  readonly kind: keyof typeof targets
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** By tick, when the process that answers this scrape began; undefined where none answers. */
  readonly began: readonly (number | undefined)[]
  /** By tick, whether Prometheus knows the target. */
  readonly known: readonly boolean[]
  /** When a process of it ends: a rollout replaces it, or it dies and is started in place. */
  readonly leaves: readonly number[]
}

/** One series over the month: a value a scrape, NaN where it is not exported. */
export interface Track {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly values: Float64Array
}

type Labels = Readonly<Record<string, string>>

/** A series of a pod that says how something is. */
export function gauge(
  pod: Pod,
  name: string,
  labels: Labels,
  at: (second: number, tick: number) => number | undefined,
): Track {
  const values = new Float64Array(TICKS).fill(Number.NaN)
  for (let tick = 0; tick < TICKS; tick += 1) {
    if (pod.began[tick] !== undefined) values[tick] = at(tick * TICK, tick) ?? Number.NaN
  }
  return { name, labels: { ...pod.labels, service: pod.kind, ...labels }, values }
}

/** A series of a pod that grows with each scrape, and resets with the process. */
export function counter(
  pod: Pod,
  name: string,
  labels: Labels,
  growth: (second: number, tick: number) => number,
): Track {
  let total = 0
  let life: number | undefined
  return gauge(pod, name, labels, (second, tick) => {
    const began = pod.began[tick]
    if (began !== life) total = 0
    else total += growth(second, tick)
    life = began
    return total
  })
}

/** A histogram's buckets; `slow` of the observations take `slowSeconds`, the others are quick. */
export function buckets(
  pod: Pod,
  { name, buckets: edges }: { readonly name: string; readonly buckets: readonly number[] },
  labels: Labels,
  observed: (second: number, tick: number) => { readonly quick: number; readonly slow: number },
  slowSeconds: number,
): Track[] {
  const quickSeconds = 0.04
  return [...edges, Number.POSITIVE_INFINITY].map((edge) => {
    const le = edge === Number.POSITIVE_INFINITY ? '+Inf' : String(edge)
    return counter(pod, `${name}_bucket`, { ...labels, le }, (second, tick) => {
      const { quick, slow } = observed(second, tick)
      return (quickSeconds <= edge ? quick : 0) + (slowSeconds <= edge ? slow : 0)
    })
  })
}
