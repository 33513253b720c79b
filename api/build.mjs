/**
 * Compiles the production commands to plain JavaScript:
 *
 *   node api/build.mjs [folder]
 *
 * writes `api.mjs`, `worker.mjs`, `run-job.mjs`, `redrive.mjs`, the code that they share and the
 * migrations into `api/dist`, or into the given folder. Every dependency is included, so Node alone
 * runs them from wherever the folder is copied to.
 */
import { cp, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'

const source = join(import.meta.dirname, 'src')
const folder = resolve(process.argv[2] ?? join(import.meta.dirname, 'dist'))

await rm(folder, { recursive: true, force: true })
await build({
  entryPoints: {
    api: join(source, 'server.ts'),
    worker: join(source, 'worker.ts'),
    'run-job': join(source, 'run-job.ts'),
    redrive: join(source, 'webhooks/redrive.ts'),
  },
  outdir: folder,
  // One flat folder: `db/migrate.ts` finds the migrations next to its own file, there and here.
  chunkNames: 'shared-[hash]',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node22.18',
  format: 'esm',
  conditions: ['source'],
  external: ['pg-native'],
  sourcemap: true,
  banner: {
    // CommonJS dependencies call require.
    js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url)",
  },
  logLevel: 'warning',
})
await cp(join(source, 'db/migrations'), join(folder, 'migrations'), { recursive: true })
