import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import type { UserError } from '@verifluence/testkit'
import { diskFault } from '@verifluence/testkit'
import type { ToolName } from './tools.ts'

/** A program found in or brought into the cache; `program` is relative to the cache folder. */
type CachedTool = {
  readonly program: string
  readonly version: string
  readonly source: 'upstream' | 'debian'
}

export type CachedTools = Partial<Record<ToolName, CachedTool>>

export type Cache = {
  readonly folder: string
  readonly get: (tool: ToolName) => CachedTool | undefined
  readonly put: (tools: CachedTools) => void
  /** A new empty folder below the cache, on the same disk, so that finished work can be renamed into place. */
  readonly workspace: () => string
}

const PROJECT = resolve(import.meta.dirname, '..', '..', '..')

/** Downloaded programs live here, outside version control. */
const CACHE_FOLDER = join(PROJECT, '.cache', 'binaries')

/** The cache in `folder`: an index file next to the unpacked files. Entries whose file is gone do not count. */
export function openCache(folder: string = CACHE_FOLDER): Cache {
  const indexFile = join(folder, 'index.json')

  function readIndex(): CachedTools {
    try {
      return JSON.parse(readFileSync(indexFile, 'utf8')) as CachedTools
    } catch {
      return {}
    }
  }

  return {
    folder,
    get: (tool) => {
      const entry = readIndex()[tool]
      return entry && existsSync(join(folder, entry.program)) ? entry : undefined
    },
    put: (tools) =>
      namingTheFolder(folder, () => {
        const draft = `${indexFile}.${process.pid}`
        writeFileSync(draft, JSON.stringify({ ...readIndex(), ...tools }, null, 2))
        renameSync(draft, indexFile)
      }),
    workspace: () =>
      namingTheFolder(folder, () => {
        mkdirSync(folder, { recursive: true })
        return mkdtempSync(join(folder, 'unpacking-'))
      }),
  }
}

/** Removes a workspace; whatever could not be removed is no reason to fail. */
export function discard(workspace: string): void {
  try {
    rmSync(workspace, { recursive: true, force: true })
  } catch {}
}

/**
 * Runs `work`; where the disk refuses (full, read-only, not a folder), says which folder.
 *
 * @throws UserError naming the cache folder and the remedy.
 */
function namingTheFolder<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw cacheFault(folder, error) ?? error
  }
}

/** The sentence for an error of the file system about the cache; `undefined` for any other error. */
export function cacheFault(folder: string, error: unknown): UserError | undefined {
  return diskFault(
    {
      name: `cache folder ${folder}`,
      megabytes: 400,
      remedy:
        'name installed programs in PROMETHEUS_BIN, PROMTOOL_BIN, ALERTMANAGER_BIN, AMTOOL_BIN and KUSTOMIZE_BIN',
    },
    error,
  )
}
