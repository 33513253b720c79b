import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { type Apt, openApt } from './apt.ts'
import { type Cache, type CachedTools, cacheFault, discard } from './cache.ts'
import type { Progress } from './progress.ts'
import { TOOLS, type ToolName } from './tools.ts'
import { probe } from './version.ts'

/** Newest first. The first one moves, so no exact version is asked for; the second is frozen. */
const SUITES = ['forky', 'trixie'] as const

export const DEBIAN_ARCHIVE = 'http://deb.debian.org/debian'

type Debian = {
  readonly archive: string
  readonly cache: Cache
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Unpacks Debian's packages for `tools` into the cache, without installing anything.
 *
 * @throws Error saying why not, where none of them could be had.
 * @throws UserError when the cache folder refuses.
 */
export async function fromDebian(
  tools: readonly ToolName[],
  { archive, cache, progress, signal }: Debian,
): Promise<CachedTools> {
  const workspace = cache.workspace()
  let lastProblem: unknown = new Error('no suite has them')
  try {
    progress.step("reading the package lists of Debian's archive")
    const apt = await openApt(workspace, { archive, suites: SUITES, signal })
    let found: CachedTools = {}
    for (const suite of SUITES) {
      for (const name of packagesFor(tools.filter((tool) => !(tool in found)))) {
        progress.step(`downloading ${name} from Debian ${suite}`)
        try {
          found = { ...found, ...(await bring(name, suite, { apt, cache, workspace })) }
        } catch (error) {
          signal.throwIfAborted()
          const disk = cacheFault(cache.folder, error)
          if (disk) throw disk
          lastProblem = error
        }
      }
    }
    if (Object.keys(found).length === 0) throw lastProblem
    return found
  } catch (error) {
    throw cacheFault(cache.folder, error) ?? error
  } finally {
    discard(workspace)
  }
}

function packagesFor(tools: readonly ToolName[]): Set<string> {
  return new Set(tools.map((tool) => TOOLS[tool].debian.package))
}

/** Every tool of one package that serves on this machine. */
async function bring(
  name: string,
  suite: string,
  { apt, cache, workspace }: { apt: Apt; cache: Cache; workspace: string },
): Promise<CachedTools> {
  const folder = join(workspace, `${suite}-${name}`)
  mkdirSync(folder)
  const { file, version } = await apt.download(name, suite, folder)
  const unpacked = join(folder, 'unpacked')
  await apt.unpack(file, unpacked)

  const home = `debian-${name}-${version}`
  discard(join(cache.folder, home))
  renameSync(unpacked, join(cache.folder, home))

  const brought: CachedTools = {}
  for (const [tool, { debian }] of Object.entries(TOOLS) as [
    ToolName,
    (typeof TOOLS)[ToolName],
  ][]) {
    if (debian.package !== name) continue
    const program = join(home, 'usr', 'bin', debian.program)
    if (probe(tool, join(cache.folder, program)).kind === 'serves') {
      brought[tool] = { program, version, source: 'debian' }
    }
  }
  return brought
}
