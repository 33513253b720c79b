import type { LabelSet } from '../catalogue/index.ts'
import { type Exemplar, type KeptExemplar, keep } from './exemplar.ts'

/** Where a series keeps its numbers: `width` doubles of `values`, from `at` on. */
export interface Slots {
  readonly values: Float64Array
  readonly at: number
}

const SERIES_A_BLOCK = 64

/**
 * Hands out runs of `width` doubles from shared blocks. Blocks never move, so a series may keep its
 * block, and recording writes into it without allocating: a double in an object field would be boxed.
 */
export function createSlots(width: number): () => Slots {
  let block = new Float64Array(0)
  let next = 0
  return () => {
    if (next + width > block.length) {
      // The first block fits one series, since most metrics have few.
      block = new Float64Array(width * (block.length === 0 ? 1 : SERIES_A_BLOCK))
      next = 0
    }
    const slots = { values: block, at: next }
    next += width
    return slots
  }
}

/** What a series needs of its family besides its own numbers. */
export interface SeriesContext {
  /** The instant in Unix seconds, by the wall clock. */
  readonly now: () => number
  /** Called when a value that is not a measurement (NaN, infinite, negative on a counter) is refused. */
  readonly refused: () => void
}

export type Series = CounterSeries | GaugeSeries | HistogramSeries

/** One counter series. Its methods never throw. */
export class CounterSeries {
  readonly labels: LabelSet
  exemplar: KeptExemplar | undefined
  #values: Float64Array
  #at: number
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
      if (!this.isDetached) this.#context.refused()
      return
    }
    ;(this.#values[this.#at] as number) += by
    if (exemplar) this.exemplar = keep(exemplar, by, this.#context.now) ?? this.exemplar
  }

  /** Sets a total that is counted elsewhere. A lower value is refused and counted. */
  advanceTo(total: number): void {
    // Set, not added: the difference of two doubles may come out a little below 0.
    if (Number.isFinite(total) && total >= this.value) this.#values[this.#at] = total
    else if (!this.isDetached) this.#context.refused()
  }

  get value(): number {
    return this.#values[this.#at] as number
  }

  /** Whether it was removed. */
  get isDetached(): boolean {
    return Number.isNaN(this.value)
  }

  /** Back to 0, as after a restart. */
  reset(): void {
    if (this.isDetached) return
    this.#values[this.#at] = 0
    this.exemplar = undefined
  }

  /** Records into nothing from now on, and is absent from scrapes. */
  detach(): void {
    this.#values = new Float64Array(1).fill(Number.NaN)
    this.#at = 0
    this.exemplar = undefined
  }
}

/** One gauge series, absent from scrapes until it has a value. Its methods never throw. */
export class GaugeSeries {
  readonly labels: LabelSet
  #values: Float64Array
  #at: number
  readonly #context: SeriesContext
  readonly #initial: number
  #isDetached = false

  constructor(labels: LabelSet, { values, at }: Slots, context: SeriesContext, initial: number) {
    this.labels = labels
    this.#initial = initial
    this.#values = values
    this.#at = at
    this.#context = context
    values[at] = initial
  }

  /** Sets the value. A non-finite one is refused and counted; the previous value stays. */
  set(value: number): void {
    if (this.#isDetached) return
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
    if (!this.#isDetached) this.#values[this.#at] = this.#initial
  }

  /** Records into nothing from now on, and is absent from scrapes. */
  detach(): void {
    this.#values = new Float64Array(1).fill(Number.NaN)
    this.#at = 0
    this.#isDetached = true
  }
}

/** One histogram series. Its methods never throw. */
export class HistogramSeries {
  readonly labels: LabelSet
  /** By bucket, `+Inf` last; empty until the first exemplar. */
  exemplars: (KeptExemplar | undefined)[] = []
  #values: Float64Array
  #at: number
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
   * would make the sum infinite, and a negative value where no bucket edge is negative.
   */
  observe(value: number, exemplar?: Exemplar): void {
    const edges = this.#edges
    if (!Number.isFinite(value) || this.#isUnfit(value)) {
      if (!this.isDetached) this.#context.refused()
      return
    }
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

  #isUnfit(value: number): boolean {
    return !Number.isFinite(this.sum + value) || (value < 0 && !((this.#edges[0] as number) < 0))
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

  /** Whether it was removed. */
  get isDetached(): boolean {
    return Number.isNaN(this.sum)
  }

  /** Back to no observation, as after a restart. */
  reset(): void {
    if (this.isDetached) return
    this.#values.fill(0, this.#at, this.#at + this.#edges.length + 2)
    this.exemplars = []
  }

  /** Records into nothing from now on, and is absent from scrapes. */
  detach(): void {
    this.#values = new Float64Array(this.#edges.length + 2).fill(Number.NaN)
    this.#at = 0
    this.exemplars = []
  }
}
