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
