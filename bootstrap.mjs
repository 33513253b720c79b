// Where every npm script begins: checks Node, installs what is missing, then runs the command itself.
// It must run before anything is installed, so it is plain JavaScript without dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('.', import.meta.url))
const OLDEST_NODE = [20, 19]

/** Each command: the file that carries it out, and arguments that always go along. */
const COMMANDS = {
  start: ['stack/src/main.ts'],
  test: ['node_modules/vitest/vitest.mjs', 'run'],
  check: ['stack/src/check/main.ts'],
  format: ['node_modules/@biomejs/biome/bin/biome', 'check', '--write', '.'],
  generate: ['stack/src/generate/main.ts'],
  docs: ['monitoring/src/site/main.ts'],
  prove: ['monitoring/src/prove.ts'],
  series: ['stack/src/series/main.ts'],
  drill: ['stack/src/drill/main.ts'],
  bench: ['bench/src/main.ts'],
  console: ['console/src/server/main.ts'],
}

function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return
  fail(
    `This project needs Node ${OLDEST_NODE.join('.')} or newer and runs on ${process.versions.node}: install a newer Node (https://nodejs.org) and start again.`,
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

function install() {
  console.log('Installing packages (npm ci), about half a minute …')
  const quick = [
    '--fetch-retries=2',
    '--fetch-retry-mintimeout=1000',
    '--fetch-retry-maxtimeout=4000',
  ]
  const byNpm = process.env.npm_execpath
  const [command, first] = byNpm?.endsWith('.js') ? [process.execPath, [byNpm]] : ['npm', []]
  const npm = spawnSync(command, [...first, 'ci', '--no-progress', ...quick], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: process.platform === 'win32',
  })
  if (npm.status === 0) return
  if (npm.signal) fail(`Installing packages was interrupted (${npm.signal}): start again.`)
  const errors = (npm.stderr ?? '').split('\n').filter((line) => /^npm (error|ERR!)/.test(line))
  const telling = errors.find((line) => /request to|ENOSPC|EACCES|EROFS|EUSAGE|E4\d\d/.test(line))
  const reason = (telling ?? errors[0] ?? npm.error?.message ?? 'no reason given').replace(
    /^npm \S+ /,
    '',
  )
  fail(
    `The packages could not be installed (npm ci: ${reason}): see that the npm registry can be reached and that the disk has room, then start again.`,
  )
}

/** Runs the command in place of this process, as nearly as Node can: same terminal, signals, exit code. */
function handOver([file, ...always], args) {
  const typescript = file.endsWith('.ts') ? ['--conditions=source', '--import', 'tsx'] : []
  const child = spawn(process.execPath, [...typescript, file, ...always, ...args], {
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

requireNode()
const [name = '', ...args] = process.argv.slice(2)
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
if (command === undefined) {
  fail(`"${name}" is no command here: use one of ${Object.keys(COMMANDS).join(', ')}.`)
} else {
  if (!isInstalled()) install()
  handOver(command, args)
}
