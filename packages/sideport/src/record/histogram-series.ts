import type { LabelSet } from '../catalogue/index.ts'
import { type Exemplar, type KeptExemplar, keep } from './exemplar.ts'
import type { SeriesContext } from './series.ts'
import type { Slots } from './slots.ts'

/** One histogram series. Its methods never throw. */
export class HistogramSeries {
  readonly labels: LabelSet
  /** By bucket, `+Inf` last; empty until the first exemplar. */
  exemplars: (KeptExemplar | undefined)[] = []
  readonly #values: Float64Array
  readonly #at: number
  readonly #edges: Float64Array
  readonly #context: SeriesContext

  constructor(
    labels: LabelSet,
    { values, at }: Slots,
    context: SeriesContext,
    edges: Float64Array,
  ) {
    this.labels = labels
    this.#values = values
    this.#at = at
    this.#edges = edges
    this.#context = context
  }

  /**
   * Files `value` in its bucket. What is no finite number is refused and counted, and so is what
   * would make the sum infinite.
   */
  observe(value: number, exemplar?: Exemplar): void {
    if (!(Number.isFinite(value) && Number.isFinite(this.sum + value))) {
      this.#context.refused()
      return
    }
    const edges = this.#edges
    const last = edges.length
    let bucket = 0
    while (bucket < last && value > (edges[bucket] as number)) bucket++
    ;(this.#values[this.#at + bucket] as number) += 1
    ;(this.#values[this.#at + last + 1] as number) += value
    if (exemplar) {
      const kept = keep(exemplar, value, this.#context.now)
      if (kept) this.exemplars[bucket] = kept
    }
  }

  /** How many observations the bucket at `index` alone holds; the one after the last edge is `+Inf`. */
  bucketCount(index: number): number {
    return this.#values[this.#at + index] as number
  }

  get sum(): number {
    return this.#values[this.#at + this.#edges.length + 1] as number
  }

  get count(): number {
    let count = 0
    for (let bucket = 0; bucket <= this.#edges.length; bucket++) count += this.bucketCount(bucket)
    return count
  }

  /** Back to no observation, as after a restart. */
  reset(): void {
    this.#values.fill(0, this.#at, this.#at + this.#edges.length + 2)
    this.exemplars = []
  }
}
