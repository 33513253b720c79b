import { setImmediate as nextTurn } from 'node:timers/promises'

/** How long a slice of work may hold the event loop, in milliseconds. */
const SLICE = 3

/** About how many characters are encoded at a time; between two pieces the clock is read. */
const PIECE = 32_768

/** Collects text as bytes, and lets the event loop breathe in between. */
export interface Writer {
  /** Adds text. `await` the result if there is one: a slice is over. */
  write(text: string): Promise<void> | undefined
  finish(): readonly Buffer[]
}

export function createWriter(): Writer {
  const pieces: Buffer[] = []
  let text = ''
  let sliceStart = performance.now()

  const flush = () => {
    pieces.push(Buffer.from(text))
    text = ''
  }
  const rest = async () => {
    await nextTurn()
    sliceStart = performance.now()
  }

  return {
    write(more) {
      text += more
      if (text.length < PIECE) return undefined
      flush()
      return performance.now() - sliceStart < SLICE ? undefined : rest()
    },
    finish() {
      flush()
      return pieces
    },
  }
}
