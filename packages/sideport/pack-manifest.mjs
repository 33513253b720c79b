// The condition `source` lets this repository run the sources without a build. A consumer with a
// condition of that name would get TypeScript it cannot load, so `npm pack` leaves it out.
import { readFileSync, writeFileSync } from 'node:fs'

const SOURCE = '      "source": "./src/index.ts",\n'
const NEXT = '      "types": "./dist/index.d.ts",\n'

const packed = readFileSync('package.json', 'utf8').replace(SOURCE, '')
if (!packed.includes(NEXT)) throw new Error(`package.json has no line ${NEXT.trim()}`)
const ours = packed.replace(NEXT, SOURCE + NEXT)
writeFileSync('package.json', process.argv[2] === 'restore' ? ours : packed)
