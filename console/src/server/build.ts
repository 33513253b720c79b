import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'

const SOURCE = join(import.meta.dirname, '..', 'app')
const PROJECT = join(import.meta.dirname, '..', '..', '..')
const CACHE = join(PROJECT, '.cache', 'console')
/** Older builds that are kept, so that switching between two branches builds nothing. */
const KEPT = 3

/**
 * The folder with the built app: built on the first start after a change (about three seconds), and
 * found by the hash of its sources and of the lock file afterwards.
 */
export async function builtApp(): Promise<string> {
  const folder = join(CACHE, sourceHash())
  if (existsSync(join(folder, 'index.html'))) return folder
  const unfinished = `${folder}.${process.pid}`
  // Loaded only where it is needed: it costs more memory than the whole console.
  const { build } = await import('vite')
  await build(viteConfig(unfinished))
  removeOldBuilds()
  try {
    renameSync(unfinished, folder)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another console has finished the same build in the meantime.
    if (!existsSync(join(folder, 'index.html'))) throw error
  }
  return folder
}

function viteConfig(outDir: string) {
  return {
    configFile: false as const,
    root: SOURCE,
    logLevel: 'warn' as const,
    oxc: { jsx: { runtime: 'automatic' as const, importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      // The Content-Security-Policy admits no data: URL but images.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  }
}

function sourceHash(): string {
  const hash = createHash('sha256').update(readFileSync(join(PROJECT, 'package-lock.json')))
  for (const folder of [SOURCE, join(SOURCE, '..', 'grafana')]) {
    if (!existsSync(folder)) continue
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    for (const file of files) hash.update(relative(SOURCE, file)).update(readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

/** Of the finished builds the newest are kept. */
function removeOldBuilds(): void {
  const builds = readdirSync(CACHE)
    .filter((name) => /^[\da-f]{16}$/.test(name))
    .map((name) => ({ name, builtAt: statSync(join(CACHE, name)).mtimeMs }))
    .sort((a, b) => b.builtAt - a.builtAt)
  for (const { name } of builds.slice(KEPT)) {
    rmSync(join(CACHE, name), { recursive: true, force: true })
  }
}
