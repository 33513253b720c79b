import type { LabelSet } from '../catalogue/index.ts'
import { type Exemplar, type KeptExemplar, keep } from './exemplar.ts'
import type { SeriesContext } from './series.ts'
import type { Slots } from './slots.ts'

/** One counter series. Its methods never throw. */
export class CounterSeries {
  readonly labels: LabelSet
  exemplar: KeptExemplar | undefined
  readonly #values: Float64Array
  readonly #at: number
  readonly #context: SeriesContext

  constructor(labels: LabelSet, { values, at }: Slots, context: SeriesContext) {
    this.labels = labels
    this.#values = values
    this.#at = at
    this.#context = context
  }

  /**
   * Adds `by`, one unless said otherwise. What is negative or no finite number is refused and
   * counted, and so is what would make the total infinite.
   */
  inc(by = 1, exemplar?: Exemplar): void {
    if (!(Number.isFinite(by) && by >= 0 && this.value + by < Infinity)) {
      this.#context.refused()
      return
    }
    ;(this.#values[this.#at] as number) += by
    if (exemplar) this.exemplar = keep(exemplar, by, this.#context.now) ?? this.exemplar
  }

  /** Follows a total that somebody else keeps. One that went back is refused and counted. */
  advanceTo(total: number): void {
    // Set, not added: the difference of two doubles may come out a little below 0.
    if (Number.isFinite(total) && total >= this.value) this.#values[this.#at] = total
    else this.#context.refused()
  }

  get value(): number {
    return this.#values[this.#at] as number
  }

  /** Back to 0, as after a restart. */
  reset(): void {
    this.#values[this.#at] = 0
    this.exemplar = undefined
  }
}
