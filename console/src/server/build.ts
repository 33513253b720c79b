import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'

const SOURCE = join(import.meta.dirname, '..', 'app')
const CONFIG = join(import.meta.dirname, '..', '..', 'vite.config.ts')
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
  await runVite(unfinished)
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

/** In a process of its own: Vite takes 200 MB, and this process would keep them. */
async function runVite(folder: string): Promise<void> {
  const vite = join(
    dirname(createRequire(import.meta.url).resolve('vite/package.json')),
    'bin',
    'vite.js',
  )
  const given = ['build', '--config', CONFIG, '--outDir', folder]
  try {
    await promisify(execFile)(process.execPath, [vite, ...given], { cwd: PROJECT })
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim() || String(error)
    throw new Error(`The console's page could not be built: ${said}`)
  }
}

function sourceHash(): string {
  const hash = createHash('sha256')
    .update(readFileSync(join(PROJECT, 'package-lock.json')))
    .update(readFileSync(CONFIG))
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
