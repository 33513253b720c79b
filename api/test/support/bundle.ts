import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'esbuild'

/** A program in one file, which starts several times faster than its sources. */
export interface Bundle {
  readonly file: string
  remove(): Promise<void>
}

/** Bundles the api or the worker from its sources, for tests that start it again and again. */
export async function bundle(name: 'server' | 'worker'): Promise<Bundle> {
  const api = join(import.meta.dirname, '../..')
  // As deep below the package as the sources, which look for the migrations from where they are.
  const file = join(api, 'dist/test', `${name}-${process.pid}.mjs`)
  await build({
    entryPoints: [join(api, 'src', `${name}.ts`)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    external: ['@sentry/node', 'pg-native'],
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)",
    },
    logLevel: 'error',
  })
  return { file, remove: () => rm(file, { force: true }) }
}
