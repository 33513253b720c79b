import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { UserError, withLock } from '@verifluence/testkit'
import { type Cache, cacheFault, discard, openCache } from './cache.ts'
import { CHART_RECORD } from './chart.ts'
import { type Progress, progressOn } from './progress.ts'
import { goPlatform } from './tools.ts'
import { download, get, quickly } from './upstream.ts'

/** The version that the monitoring chart runs in the cluster. */
export const GRAFANA_VERSION = CHART_RECORD.runs.grafana

/** Where Grafana names the archive of each version and platform, with its checksum. */
const GRAFANA_RELEASES = 'https://grafana.com'

/** A Grafana's program, and the folder with its web pages and defaults. */
export interface GrafanaBinary {
  readonly command: string
  readonly home: string
}

interface FetchOptions {
  readonly cache?: Cache
  readonly progress?: Progress
  /** The host that names the archives. */
  readonly releases?: string
  readonly signal?: AbortSignal
}

/**
 * Grafana from the cache, or else downloaded from its release and checked against the checksum that
 * the release names.
 *
 * @throws UserError when it can neither be found in the cache nor downloaded.
 */
export async function fetchGrafana({
  cache = openCache(),
  progress = progressOn(process.stderr),
  releases = GRAFANA_RELEASES,
  signal = new AbortController().signal,
}: FetchOptions = {}): Promise<GrafanaBinary> {
  const home = join(cache.folder, `upstream-grafana-${GRAFANA_VERSION}`)
  const binary = { command: join(home, 'bin', 'grafana'), home }
  if (existsSync(binary.command)) return binary
  try {
    await withLock(join(cache.folder, 'lock'), async () => {
      if (!existsSync(binary.command)) await bring(home, { cache, progress, releases, signal })
    })
    return binary
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UserError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new UserError(
      `Grafana ${GRAFANA_VERSION} is not on PATH and could not be downloaded (${reason}): install it and put its "grafana" on PATH, start again with a network, or leave --grafana out.`,
    )
  } finally {
    progress.done()
  }
}

async function bring(
  home: string,
  { cache, progress, releases, signal }: Required<FetchOptions>,
): Promise<void> {
  const [system, architecture] = goPlatform().split('-')
  const address = `${releases}/api/downloads/grafana/versions/${GRAFANA_VERSION}/packages/${architecture}/${system}`
  progress.step(`asking ${releases} for grafana ${GRAFANA_VERSION}`)
  const { url, sha256 } = readPackage(await (await get(address, quickly(signal))).json(), address)
  const workspace = cache.workspace()
  try {
    const archive = join(workspace, 'grafana.tar.gz')
    const onProgress = (share: number) => progress.step(`downloading ${basename(url)}`, share)
    const actual = await download(url, archive, { onProgress, signal })
    if (actual !== sha256)
      throw new Error(`${url} has checksum ${actual}, the release says ${sha256}`)
    const unpacked = join(workspace, 'unpacked')
    mkdirSync(unpacked)
    await promisify(execFile)('tar', ['-xzf', archive, '-C', unpacked])
    const [folder] = readdirSync(unpacked)
    const inside = join(unpacked, folder ?? '')
    if (!existsSync(join(inside, 'bin', 'grafana'))) throw new Error(`${url} holds no bin/grafana`)
    discard(home)
    renameSync(inside, home)
  } catch (error) {
    throw cacheFault(cache.folder, error) ?? error
  } finally {
    discard(workspace)
  }
}

function readPackage(answer: unknown, address: string): { url: string; sha256: string } {
  const { url, sha256 } = (answer ?? {}) as { url?: unknown; sha256?: unknown }
  const isHere = typeof url === 'string' && new URL(url).origin === new URL(address).origin
  if (typeof url !== 'string' || !(url.startsWith('https://') || isHere))
    throw new Error(`${address} names no archive`)
  if (typeof sha256 !== 'string' || !/^[\da-f]{64}$/.test(sha256))
    throw new Error(`${address} names no SHA-256`)
  return { url, sha256 }
}
