import type { LabelSet } from '../catalogue/index.ts'
import type { SeriesContext } from './series.ts'
import type { Slots } from './slots.ts'

/** One gauge series, absent from scrapes until it has a value. Its methods never throw. */
export class GaugeSeries {
  readonly labels: LabelSet
  readonly #values: Float64Array
  readonly #at: number
  readonly #context: SeriesContext
  readonly #initial: number

  constructor(labels: LabelSet, { values, at }: Slots, context: SeriesContext, initial: number) {
    this.labels = labels
    this.#initial = initial
    this.#values = values
    this.#at = at
    this.#context = context
    values[at] = initial
  }

  /** Sets the value. A non-finite one is refused and counted; the former value stays. */
  set(value: number): void {
    if (Number.isFinite(value)) this.#values[this.#at] = value
    else this.#context.refused()
  }

  /** Adds `by`; an absent series counts from 0. */
  inc(by = 1): void {
    const { value } = this
    if (!Number.isFinite(by)) this.#context.refused()
    else this.set(Number.isNaN(value) ? by : value + by)
  }

  /** Takes `by` away; an absent series counts from 0. */
  dec(by = 1): void {
    if (Number.isFinite(by)) this.inc(-by)
    else this.#context.refused()
  }

  /** Sets the value to this instant in Unix seconds. */
  setToNow(): void {
    this.set(this.#context.now())
  }

  /** Takes the series out of scrapes until it is set again: better absent than stale. */
  remove(): void {
    this.#values[this.#at] = Number.NaN
  }

  /** The value, or NaN while the series is absent. */
  get value(): number {
    return this.#values[this.#at] as number
  }

  /** Back to what it was before anything was recorded. */
  reset(): void {
    this.#values[this.#at] = this.#initial
  }
}
