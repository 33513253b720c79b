import { join } from 'node:path'
import { UserError, withLock } from '@verifluence/testkit'
import { type Cache, cacheFault, openCache } from './cache.ts'
import { DEBIAN_ARCHIVE, fromDebian } from './debian.ts'
import { type Binary, locate } from './locate.ts'
import { type Progress, progressOn } from './progress.ts'
import { RELEASES, TOOL_NAMES, TOOLS, type ToolName } from './tools.ts'
import { fromUpstream, UPSTREAM } from './upstream.ts'

export type FindOptions = {
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly cache?: Cache
  readonly progress?: Progress
  /** The host of the upstream releases. */
  readonly upstream?: string
  /** Debian's archive, or a mirror of it. */
  readonly archive?: string
  /** Ends a download early. */
  readonly signal?: AbortSignal
}

/**
 * Finds a program in the order environment variable, PATH, cache; what is missing is downloaded, and
 * then every missing program at once, from upstream or else from Debian's archive.
 *
 * @throws UserError naming the program, what was tried, and the remedies.
 */
export async function findBinary(name: ToolName, options: FindOptions = {}): Promise<Binary> {
  const { env = process.env, cache = openCache() } = options
  const present = locate(name, cache, env)
  if (present) return present

  const {
    progress = progressOn(process.stderr),
    upstream = UPSTREAM,
    archive = DEBIAN_ARCHIVE,
    signal = new AbortController().signal,
  } = options
  const problems = await withLock(join(cache.folder, 'lock'), () =>
    fillCache({ env, cache, progress, upstream, archive, signal }),
  ).catch((error) => {
    throw cacheFault(cache.folder, error) ?? error
  })
  const found = locate(name, cache, env)
  if (found) return found
  const { variable, oldest } = TOOLS[name]
  throw new UserError(
    `${name} ${oldest} or newer is neither named in ${variable} nor on PATH, and could not be downloaded (${problems.join('; ')}): install it, set ${variable} to its path, or start again with a network.`,
  )
}

/** Brings every missing program into the cache and returns why some could not be brought. */
async function fillCache(options: Required<FindOptions>): Promise<string[]> {
  const { env, cache, progress, upstream, archive, signal } = options
  const missing = () => TOOL_NAMES.filter((name) => isMissing(name, cache, env))
  const problems: string[] = []
  try {
    for (const release of new Set(missing().map((name) => TOOLS[name].release))) {
      progress.step(`asking ${upstream} for ${release} ${RELEASES[release].version}`)
      cache.put(await fromUpstream(release, { host: upstream, cache, progress, signal }))
    }
  } catch (error) {
    signal.throwIfAborted()
    problems.push(reason(error))
    progress.step(`${reason(error)}: Debian's archive instead`)
  }
  try {
    const left = missing()
    if (left.length > 0) cache.put(await fromDebian(left, { archive, cache, progress, signal }))
  } catch (error) {
    signal.throwIfAborted()
    problems.push(`Debian's archive: ${reason(error)}`)
  } finally {
    progress.done()
  }
  return problems
}

/** A variable that names something unusable is reported when that program is asked for, not here. */
function isMissing(name: ToolName, cache: Cache, env: Required<FindOptions>['env']): boolean {
  try {
    return locate(name, cache, env) === undefined
  } catch {
    return false
  }
}

function reason(error: unknown): string {
  if (error instanceof UserError) throw error
  return error instanceof Error ? error.message : String(error)
}
