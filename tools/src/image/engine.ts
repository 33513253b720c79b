import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { PROJECT, UserError } from '@verifluence/testkit'

const run = promisify(execFile)

/** A container that runs, with the host's network. */
export interface Container {
  readonly output: () => string
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>
  terminate(): Promise<void>
  kill(): Promise<void>
}

export interface RunOptions {
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Runs a program of the image instead of its entry point. */
  readonly entrypoint?: string
  readonly user?: string
}

/** What builds images and runs containers: read-only root, `/tmp` writable, no capabilities for users other than root. */
export interface Engine {
  readonly name: string
  build(tag: string, buildArgs: Readonly<Record<string, string>>, pull: boolean): Promise<void>
  start(tag: string, options: RunOptions): Promise<Container>
  labels(tag: string): Promise<Readonly<Record<string, string>>>
}

const USER = '10001:10001'

/** The build failed; the words of the builder are in the message. */
export class BuildError extends Error {}

/** docker, podman or buildah, whichever answers first. */
export async function findEngine(): Promise<Engine | undefined> {
  for (const name of ['docker', 'podman']) {
    // A client without its daemon answers --version and builds nothing.
    const answer = await run(name, ['info'], { timeout: 20_000 }).catch(() => undefined)
    if (answer !== undefined) return withDaemon(name)
  }
  const buildah = await run('buildah', ['--version']).catch(() => undefined)
  if (buildah === undefined) return undefined
  if (process.getuid?.() !== 0)
    throw new UserError(
      'buildah runs the image for these tests as root only: start again as root, or install podman.',
    )
  return withBuildah()
}

const flags = (flag: string, values: Readonly<Record<string, string>>) =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`])

/** Longer than a build on a slow network takes. */
const BUILD_MS = 8 * 60_000

async function build(program: string, args: readonly string[], env = process.env): Promise<void> {
  try {
    await run(program, [...args, PROJECT], {
      env,
      maxBuffer: 64 * 1024 * 1024,
      timeout: BUILD_MS,
    })
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    const lines = `${stdout}\n${stderr}`.trim().split('\n').slice(-25).join('\n')
    throw new BuildError(`${program} could not build the image:\n${lines}`)
  }
}

function watch(
  child: ChildProcess,
  terminate: () => Promise<void>,
  kill: () => Promise<void>,
): Container {
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const ended = once(child, 'close').then(([code]) => code as number | null)
  return { output: () => output, ended, terminate, kill }
}

function withDaemon(program: string): Engine {
  let count = 0
  return {
    name: program,
    build: (tag, buildArgs, pull) =>
      build(program, [
        'build',
        ...(pull ? ['--pull'] : []),
        '-t',
        tag,
        ...flags('--build-arg', buildArgs),
      ]),
    start: async (tag, { args, env = {}, entrypoint, user = USER }) => {
      count += 1
      const name = `verifluence-image-${process.pid}-${count}`
      const child = spawn(program, [
        ...['run', '--rm', '--name', name, '--network', 'host', '--read-only', '--tmpfs', '/tmp'],
        ...['--user', user, '--security-opt', 'no-new-privileges'],
        ...(user === USER ? ['--cap-drop', 'ALL'] : []),
        ...(entrypoint ? ['--entrypoint', entrypoint] : []),
        ...flags('--env', env),
        tag,
        ...args,
      ])
      const signal = async (name_: string) => {
        await run(program, ['kill', '--signal', name_, name]).catch(() => {})
      }
      return watch(
        child,
        () => signal('TERM'),
        () => signal('KILL'),
      )
    },
    labels: async (tag) => {
      const { stdout } = await run(program, ['image', 'inspect', tag])
      return JSON.parse(stdout)[0].Config.Labels
    },
  }
}

/** Shows the mounted image as a read-only root to a process that is number 1 of its own namespace. */
const ENTER =
  'root=$1; user=$2; shift 2; mount --bind "$root" "$root" && mount -o remount,bind,ro "$root" && ' +
  'mount -t tmpfs tmpfs "$root/tmp" && mount -t proc proc "$root/proc" && ' +
  'exec setpriv --no-new-privs chroot --userspec="$user" "$root" /usr/bin/env -i "$@"'

interface Config {
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
}

function withBuildah(): Engine {
  // Neither needs more than root in a container without privileges.
  const env = { ...process.env, BUILDAH_ISOLATION: 'chroot', STORAGE_DRIVER: 'vfs' }
  const buildah = async (...args: string[]) => (await run('buildah', args, { env })).stdout.trim()
  const configOf = async (tag: string): Promise<Config> =>
    JSON.parse(await buildah('inspect', '--type', 'image', tag)).OCIv1.config
  return {
    name: 'buildah',
    build: (tag, buildArgs, pull) =>
      build(
        'buildah',
        ['bud', pull ? '--pull' : '--pull-never', '-t', tag, ...flags('--build-arg', buildArgs)],
        env,
      ),
    start: async (tag, { args, env: variables = {}, entrypoint, user = USER }) => {
      const { Env, Entrypoint } = await configOf(tag)
      const container = await buildah('from', '--pull-never', tag)
      const root = await buildah('mount', container)
      const program = entrypoint ? [entrypoint] : Entrypoint
      const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`)
      const words = [root, user, ...Env, ...pairs, ...program, ...args]
      const child = spawn('unshare', [
        ...['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, 'sh'],
        ...words,
      ])
      const signal = async (name: NodeJS.Signals) => {
        const inside = firstChildOf(child.pid)
        if (inside !== undefined) process.kill(inside, name)
      }
      const watched = watch(
        child,
        () => signal('SIGTERM'),
        () => signal('SIGKILL'),
      )
      const ended = watched.ended.finally(() => buildah('rm', container).catch(() => ''))
      return { ...watched, ended }
    },
    labels: async (tag) => (await configOf(tag)).Labels,
  }
}

function firstChildOf(pid: number | undefined): number | undefined {
  const file = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(file)) return undefined
  const [first] = readFileSync(file, 'utf8').trim().split(' ').filter(Boolean)
  return first === undefined ? undefined : Number(first)
}
