import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '@verifluence/api/catalogue'
import { PROJECT } from '../parts/node.ts'

/** What describes a metric, what fills it, and what merely passes the filling on. */
const CATALOGUE = /^catalogue\//
const RECORDERS = /^metrics(\.ts|\/)/
const WIRING = /^(catalogue\/|metrics(\.ts|\/)|jobs\/(context|open)\.ts|http\/services\.ts)/

/** A function that a file of `RECORDERS` hands out: `reportLiveStreams: (count: number) => …`. */
const RECORDER = /^ +(\w+): \(.*\) =>(?: \{)?\s+metrics\./gm

type Source = { readonly file: string; readonly text: string }

/** Every metric that nothing records, and every recorder that nobody calls; the kit records its own. */
export async function unrecorded(folder = join(PROJECT, 'api', 'src')): Promise<string[]> {
  const sources = sourcesIn(folder)
  const unfilled = Object.entries(catalogue)
    .filter(([key, { name }]) => name.startsWith('vf_') && !isNamed(key, sources, CATALOGUE))
    .filter(([, { name }]) => !name.startsWith('vf_metrics_'))
    .map(
      ([key]) => `Nothing records ${key} of the catalogue: add a function to api/src/metrics.ts.`,
    )
  const uncalled = sources
    .filter(({ file }) => RECORDERS.test(file))
    .flatMap(({ file, text }) =>
      [...text.matchAll(RECORDER)].map(([, name = '']) => ({ file, name })),
    )
    .filter(({ name }) => !isNamed(name, sources, WIRING))
    .map(({ file, name }) => `Nobody calls ${name} of api/src/${file}: call it where it happens.`)
  return [...unfilled, ...uncalled]
}

function isNamed(name: string, sources: readonly Source[], except: RegExp): boolean {
  const word = new RegExp(`\\b${name}\\b`)
  return sources.some(({ file, text }) => !except.test(file) && word.test(text))
}

function sourcesIn(folder: string): Source[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => ({ file, text: readFileSync(join(folder, file), 'utf8') }))
}
