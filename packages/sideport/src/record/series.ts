import type { LabelSet } from '../catalogue/index.ts'
import type { Slots } from './slots.ts'

/** Points from a sample to the trace or request behind it; written in OpenMetrics only. */
export interface Exemplar {
  /** For instance `{ request_id: '…' }`; at most 128 characters of names and values together. */
  readonly labels: LabelSet
}

/** An exemplar as kept: with the value it belongs to and the instant in Unix seconds. */
export interface KeptExemplar extends Exemplar {
  readonly value: number
  readonly timestamp: number
}

/** What a series needs of its family besides its own numbers. */
export interface SeriesContext {
  /** The instant in Unix seconds, by the wall clock. */
  readonly now: () => number
  /** Told when a value that is no measurement (NaN, infinite, negative on a counter) was refused. */
  readonly refused: () => void
}

const MAX_EXEMPLAR_CHARACTERS = 128

function keep(exemplar: Exemplar, value: number, now: () => number): KeptExemplar | undefined {
  const characters = Object.entries(exemplar.labels).flat().join('')
  if ([...characters].length > MAX_EXEMPLAR_CHARACTERS) return undefined
  return { labels: exemplar.labels, value, timestamp: now() }
}

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

  /** Adds `by`, one unless said otherwise. A negative or non-finite `by` is refused and counted. */
  inc(by = 1, exemplar?: Exemplar): void {
    if (!(by >= 0 && by < Infinity)) {
      this.#context.refused()
      return
    }
    ;(this.#values[this.#at] as number) += by
    if (exemplar) this.exemplar = keep(exemplar, by, this.#context.now) ?? this.exemplar
  }

  /** Follows a total that somebody else keeps. One that went back is refused and counted. */
  advanceTo(total: number): void {
    this.inc(total - this.value)
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
    const value = this.#values[this.#at] as number
    this.set(Number.isNaN(value) ? by : value + by)
  }

  /** Takes `by` away; an absent series counts from 0. */
  dec(by = 1): void {
    this.inc(-by)
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

  /** Files `value` in its bucket. A non-finite value is refused and counted. */
  observe(value: number, exemplar?: Exemplar): void {
    if (!Number.isFinite(value)) {
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

export type Series = CounterSeries | GaugeSeries | HistogramSeries
