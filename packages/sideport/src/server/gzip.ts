import { once } from 'node:events'
import { createGzip } from 'node:zlib'
import type { Rendering } from '../expose/index.ts'

const packed = new WeakMap<Rendering, Promise<readonly Buffer[]>>()

/** A rendering compressed, off the event loop and once for all who asked for it at the same time. */
export function gzip(rendering: Rendering): Promise<readonly Buffer[]> {
  const known = packed.get(rendering)
  if (known) return known
  const made = compress(rendering.pieces)
  packed.set(rendering, made)
  return made
}

async function compress(pieces: readonly Buffer[]): Promise<readonly Buffer[]> {
  // The fastest level: repetitive text shrinks to a few percent even so.
  const stream = createGzip({ level: 1 })
  const done = stream.toArray()
  for (const piece of pieces) {
    if (!stream.write(piece)) await once(stream, 'drain')
  }
  stream.end()
  return done
}
