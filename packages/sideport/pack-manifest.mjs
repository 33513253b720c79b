// The condition `source` lets this repository run the sources without a build. A consumer with a
// condition of that name would get TypeScript it cannot load, so `npm pack` leaves it out.
import { readFileSync, writeFileSync } from 'node:fs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const restore = process.argv[2] === 'restore'
for (const [path, { source: _, ...entry }] of Object.entries(manifest.exports)) {
  const source = entry.types?.replace('./dist/', './src/').replace('.d.ts', '.ts')
  if (!source) throw new Error(`The export ${path} of package.json has no types`)
  manifest.exports[path] = restore ? { source, ...entry } : entry
}
writeFileSync('package.json', `${JSON.stringify(manifest, null, 2)}\n`)
