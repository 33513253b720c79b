// The condition `source` lets this repository run the sources without a build. A consumer with a
// condition of that name would get TypeScript it cannot load, so `npm pack` leaves it out.
import { readFileSync, writeFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const restore = process.argv[2] === 'restore'
for (const [path, entry] of Object.entries(manifest.exports)) {
  if (typeof entry === 'string') continue
  const { source: _, ...conditions } = entry
  const source = entry.import.types.replace('./dist/', './src/').replace('.d.ts', '.ts')
  manifest.exports[path] = restore ? { source, ...conditions } : conditions
}
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
