import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readCommandLine } from '@verifluence/testkit'
import { installPeers } from './peers.ts'
import type { Bench, Result } from './result.ts'
import { table } from './table.ts'

/** Runs every `*.bench.ts` of this folder, prints what they saw and, with `--json`, writes it. */
const wanted = readCommandLine(
  [
    'npm run bench [-- --only NAME] [--json FILE]',
    '',
    '  --only NAME  only the files of bench/src whose name starts with NAME, such as "scrape"',
    '  --json FILE  also writes the figures as a list',
    '',
    'All of it takes about five minutes on a quiet machine. The exit code is 0 also where a limit is missed.',
  ],
  { json: { type: 'string' }, only: { type: 'string' } },
)
const benches = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) => file.startsWith(wanted.only ?? ''))
  .sort()
if (benches.length === 0) {
  console.error(`There is no measurement named ${wanted.only}: leave --only out to run all.`)
  process.exit(1)
}
installPeers()

const results: Result[] = []
for (const file of benches) {
  const module: Readonly<Record<string, Bench>> = await import(
    pathToFileURL(join(import.meta.dirname, file)).href
  )
  const seen: Result[] = []
  for (const bench of Object.values(module)) seen.push(...(await bench(console.log)))
  console.log(`${table(seen)}\n`)
  results.push(...seen)
}

const missed = results.filter(({ held }) => held === false)
console.log(`${results.filter(({ held }) => held).length} limits held, ${missed.length} missed.`)
for (const { name, value, unit, limit } of missed) {
  console.log(`  missed: ${name}: ${value.toPrecision(3)} ${unit}, limit ${limit}`)
}
if (wanted.json) writeFileSync(wanted.json, `${JSON.stringify(results, null, 2)}\n`)
