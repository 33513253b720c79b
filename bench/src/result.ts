/** One line of the outcome, as `--json` writes it. */
export interface Result {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What the value is held against; null where nothing is asked of it. */
  readonly limit: number | null
  readonly held: boolean | null
  /** The figures the value was made of, where it is a ratio. */
  readonly note?: string
}

/** What a file of measurements exports; `show` tells the one who waits what is going on. */
export type Bench = (show: (line: string) => void) => Promise<readonly Result[]>

type Measured = Pick<Result, 'name' | 'value' | 'unit' | 'note'>

/** A result that must be at most `limit`. */
export const atMost = (limit: number, measured: Measured): Result => ({
  ...measured,
  limit,
  held: measured.value <= limit,
})

/** A result that must be at least `limit`. */
export const atLeast = (limit: number, measured: Measured): Result => ({
  ...measured,
  limit,
  held: measured.value >= limit,
})

/** A result of which nothing is asked. */
export const seen = (measured: Measured): Result => ({ ...measured, limit: null, held: null })
