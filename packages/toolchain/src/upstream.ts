import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createWriteStream, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { type Cache, type CachedTools, cacheFault, discard } from './cache.ts'
import type { Progress } from './progress.ts'
import { goPlatform, RELEASES, type ReleaseName, TOOLS, type ToolName } from './tools.ts'

export const UPSTREAM = 'https://github.com'

/** A host that cannot be reached, or stops sending, is given up after this long. */
const SILENCE_MS = 5_000

type Download = {
  readonly host: string
  readonly cache: Cache
  readonly progress: Progress
  readonly signal: AbortSignal
}

/**
 * Downloads the release that holds `tool`, checks it against the release's own list of checksums and
 * unpacks it into the cache. Returns every tool the archive brought.
 *
 * @throws Error saying why not: unreachable, no such file for this platform, checksum mismatch.
 * @throws UserError when the cache folder refuses.
 */
export async function fromUpstream(
  release: ReleaseName,
  { host, cache, progress, signal }: Download,
): Promise<CachedTools> {
  const { path, archive, checksums, version } = RELEASES[release]
  const file = archive(goPlatform())
  const base = `${host}/${path}`
  const expected = checksumOf(
    file,
    await (await get(`${base}/${checksums}`, quickly(signal))).text(),
  )
  const workspace = cache.workspace()
  try {
    const archiveFile = join(workspace, file)
    const onProgress = (share: number) => progress.step(`downloading ${file}`, share)
    const actual = await download(`${base}/${file}`, archiveFile, { onProgress, signal })
    if (actual !== expected) {
      throw new Error(`${base}/${file} has checksum ${actual}, the release says ${expected}`)
    }
    const unpacked = join(workspace, 'unpacked')
    mkdirSync(unpacked)
    await promisify(execFile)('tar', ['-xzf', archiveFile, '-C', unpacked])
    return moveIntoCache(release, version, unpacked, cache)
  } catch (error) {
    throw cacheFault(cache.folder, error) ?? error
  } finally {
    discard(workspace)
  }
}

function moveIntoCache(
  release: ReleaseName,
  version: string,
  unpacked: string,
  cache: Cache,
): CachedTools {
  const home = `upstream-${release}-${version}`
  const target = join(cache.folder, home)
  discard(target)
  renameSync(unpacked, target)
  const [only] = readdirSync(target)
  const inside = release === 'kustomize' || only === undefined ? home : join(home, only)
  const names = Object.keys(TOOLS) as ToolName[]
  const brought = names.filter((name) => TOOLS[name].release === release)
  return Object.fromEntries(
    brought.map((name) => [name, { program: join(inside, name), version, source: 'upstream' }]),
  )
}

function checksumOf(file: string, list: string): string {
  const line = list.split('\n').find((entry) => entry.trim().endsWith(` ${file}`))
  const sum = line?.trim().split(/\s+/)[0]
  if (sum === undefined) throw new Error(`the release has no ${file}`)
  return sum
}

/** The ordinary end of patience for an answer, or the interrupt, whichever is first. */
export const quickly = (signal: AbortSignal) =>
  AbortSignal.any([signal, AbortSignal.timeout(SILENCE_MS)])

export async function get(url: string, signal: AbortSignal): Promise<Response> {
  const response = await fetch(url, { signal }).catch((error: Error) => {
    const cause = error.cause instanceof Error ? error.cause.message : error.message
    throw new Error(`${new URL(url).host} does not answer (${cause})`)
  })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return response
}

/** Streams `url` into `file` and returns the SHA-256 of what came. */
export async function download(
  url: string,
  file: string,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<string> {
  const silence = new AbortController()
  const giveUp = () => silence.abort(new Error(`${new URL(url).host} stopped sending`))
  const timer = setTimeout(giveUp, SILENCE_MS)
  try {
    const response = await get(url, AbortSignal.any([signal, silence.signal]))
    if (response.body === null) throw new Error(`${url} has no content`)
    const size = Number(response.headers.get('content-length') ?? 0)
    const hash = createHash('sha256')
    let received = 0
    const watch = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer.refresh()
        hash.update(chunk)
        received += chunk.length
        if (size > 0) onProgress(received / size)
        done(null, chunk)
      },
    })
    await pipeline(Readable.fromWeb(response.body), watch, createWriteStream(file))
    return hash.digest('hex')
  } finally {
    clearTimeout(timer)
  }
}
