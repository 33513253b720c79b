import type { LabelSet } from '../catalogue/index.ts'
import type { Family } from '../record/index.ts'
import { type ForeignFamily, foreignHeader, foreignLine } from './foreign.ts'
import type { Format } from './format.ts'
import { createPrinter, type Printer } from './printer.ts'
import { createWriter, type Writer } from './writer.ts'

/** What a gathering found: our families by reference, foreign ones as snapshots. */
export type Gathered = readonly (Family | ForeignFamily)[]

/** A finished exposition. */
export interface Rendering {
  readonly format: Format
  readonly pieces: readonly Buffer[]
  /** How many sample lines it has. */
  readonly lines: number
}

/** Makes the function that writes what was gathered in one format. */
export function createRenderer(
  format: Format,
  constant: LabelSet,
): (gathered: Gathered) => Promise<Rendering> {
  const printers = new Map<Family, Printer>()
  const printerOf = (family: Family): Printer => {
    const known = printers.get(family)
    if (known) return known
    const made = createPrinter(family, constant, format)
    printers.set(family, made)
    return made
  }

  return async (gathered) => {
    const writer = createWriter()
    let lines = 0
    for (const family of gathered) {
      lines +=
        'series' in family
          ? await writeOwn(writer, family, printerOf(family))
          : await writeForeign(writer, family, constant, format)
    }
    writer.write(format.end)
    return { format, pieces: writer.finish(), lines }
  }
}

/** A family of which every series is absent is left out with its header. */
async function writeOwn(writer: Writer, family: Family, printer: Printer): Promise<number> {
  let written = 0
  // The series are counted beforehand: one that is made while we rest waits for the next scrape.
  for (let index = 0, end = family.series.length; index < end; index++) {
    const lines = printer.lines(index)
    if (lines === '') continue
    if (written === 0) writer.write(printer.header)
    written++
    const rest = writer.write(lines)
    if (rest) await rest
  }
  if (written > 0) writer.write('\n')
  return written * printer.linesPerSeries
}

async function writeForeign(
  writer: Writer,
  family: ForeignFamily,
  constant: LabelSet,
  format: Format,
): Promise<number> {
  if (family.values.length === 0) return 0
  writer.write(foreignHeader(family, format))
  for (const sample of family.values) {
    const rest = writer.write(foreignLine(family, sample, constant, format))
    if (rest) await rest
  }
  writer.write('\n')
  return family.values.length
}
