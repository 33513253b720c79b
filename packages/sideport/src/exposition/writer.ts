import type { LabelSet } from '../catalogue/index.ts'
import type { Family } from '../recording/index.ts'
import type { Format } from './format.ts'
import { createForeignPrinter, createPrinter, type Gathered, type Printer } from './printers.ts'

/** Writes what was gathered, in chunks; `done` receives the number of sample lines. */
export type Renderer = (
  gathered: Gathered,
  done: (lines: number) => void,
) => AsyncGenerator<Buffer, void>

/** How long writing may hold the event loop, in milliseconds. */
const SLICE = 3

/** About how many characters are encoded at a time; between two pieces the clock is read. */
const PIECE = 32_768

/** Waits for a turn of the event loop of one's own. */
export type Turn = () => Promise<void>

/** Gives one waiting writer a turn of the event loop each, so that many hold it no longer than one. */
export function createTurns(): Turn {
  const waiting: (() => void)[] = []
  const serve = () => {
    waiting.shift()?.()
    if (waiting.length > 0) setImmediate(serve)
  }
  return () =>
    new Promise((resolve) => {
      if (waiting.push(resolve) === 1) setImmediate(serve)
    })
}

/**
 * Makes the renderer of one format. It writes as fast as its reader reads, so neither a big
 * exposition nor a slow scraper costs memory, and it rests in between, so neither holds the loop.
 */
export function createRenderer(format: Format, constant: LabelSet, turn: Turn): Renderer {
  const printers = new Map<Family, Printer>()
  const printerOf = (family: Gathered[number]): Printer => {
    if (!('series' in family)) return createForeignPrinter(family, constant, format)
    const printer = printers.get(family) ?? createPrinter(family, constant, format)
    printers.set(family, printer)
    return printer
  }

  return async function* render(gathered, done) {
    let text = ''
    let lines = 0
    await turn()
    let sliceStart = performance.now()
    for (const family of gathered) {
      const printer = printerOf(family)
      let written = 0
      for (let index = 0; index < printer.length; index++) {
        const more = printer.lines(index)
        if (more === '') continue
        text += written === 0 ? printer.header + more : more
        written++
        if (text.length < PIECE) continue
        yield Buffer.from(text)
        text = ''
        if (performance.now() - sliceStart < SLICE) continue
        await turn()
        sliceStart = performance.now()
      }
      // A family of which every series is absent is left out with its header.
      if (written > 0) text += '\n'
      lines += written * printer.linesPerSeries
    }
    yield Buffer.from(text + format.end)
    done(lines)
  }
}
