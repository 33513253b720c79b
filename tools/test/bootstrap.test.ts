import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterEach, beforeEach, expect, test } from 'vitest'

let clone: ReturnType<typeof temporaryFolder>

/** A clone in miniature: the real bootstrap, a dependency of its own, and a command that reports. */
beforeEach(() => {
  clone = temporaryFolder()
  copyFileSync(join(PROJECT, 'bootstrap.mjs'), join(clone.path, 'bootstrap.mjs'))
  write('dependency/package.json', { name: 'dependency', version: '1.0.0' })
  lock('1.0.0')
  mkdirSync(join(clone.path, 'node_modules/vitest'), { recursive: true })
})
afterEach(() => clone.remove())

function write(file: string, content: object | string): void {
  const path = join(clone.path, file)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
}

function lock(version: string): void {
  const packages = { 'node_modules/dependency': { version } }
  write('package-lock.json', { lockfileVersion: 3, packages })
}

/** npm, as far as the bootstrap knows it: writes down that it ran, and what it installed. */
function npm({ fails = false } = {}): void {
  const script = fails
    ? `console.error('npm error code ENOTFOUND\\nnpm error request to https://registry.example failed')
       process.exit(1)`
    : `import { appendFileSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
       const args = process.argv.slice(2)
       appendFileSync('npm-ran', args.join(' ') + '\\n')
       if (args[0] === 'install') {
         const bin = args[args.indexOf('--prefix') + 1] + '/node_modules/' + args.find((arg) => arg.endsWith('@24')).slice(0, -3) + '/bin'
         mkdirSync(bin, { recursive: true })
         writeFileSync(bin + '/node', '#!/bin/sh\\nFETCHED=yes exec "${process.execPath}" "$@"', { mode: 0o755 })
         process.exit()
       }
       mkdirSync('node_modules/vitest', { recursive: true })
       writeFileSync('node_modules/vitest/vitest.mjs',
         "console.log('arguments', process.argv.slice(2).join(' '), 'fetched:', process.env.FETCHED, process.env.PATH.split(':')[0]); process.exit(7)")
       copyFileSync('package-lock.json', 'node_modules/.package-lock.json')`
  write('npm.mjs', script)
  write('npm.js', `import('./npm.mjs')`)
}

function bootstrap(...args: string[]) {
  return node(['bootstrap.mjs', ...args])
}

/** Starts as Node 20 does: the version is all that the bootstrap asks for. */
function bootstrapOnNode20(...args: string[]) {
  const versions = "{ value: { ...process.versions, node: '20.20.2' } }"
  const pretend = `data:text/javascript,Object.defineProperty(process, 'versions', ${versions})`
  return node(['--import', pretend, 'bootstrap.mjs', ...args])
}

function node(args: string[]) {
  return spawnSync(process.execPath, args, {
    cwd: clone.path,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, npm_execpath: join(clone.path, 'npm.js') },
  })
}

test('installs what is missing, hands over with the arguments, and passes the exit code on', () => {
  npm()
  const first = bootstrap('test', 'some.test.ts')
  expect(first.stdout).toContain('Installing packages (npm ci)')
  expect(first.stdout).toContain('arguments run some.test.ts')
  expect(first.status).toBe(7)
})

test('installs again only when the lock file asks for something else', () => {
  npm()
  bootstrap('test')
  expect(bootstrap('test').stdout).not.toContain('Installing')
  lock('1.0.1')
  expect(bootstrap('test').stdout).toContain('Installing')
})

test('a registry out of reach ends in one sentence with the reason', () => {
  npm({ fails: true })
  const run = bootstrap('test')
  expect(run.status).toBe(1)
  expect(run.stderr.trim().split('\n')).toHaveLength(1)
  expect(run.stderr).toContain('request to https://registry.example failed')
  expect(run.stderr).toContain('see that the npm registry can be reached')
})

test('a command that does not exist is answered with those that do', () => {
  const run = bootstrap('strat')
  expect(run.status).toBe(1)
  expect(run.stderr).toContain('"strat" is no command here: use one of start, test, check')
})

test('fetches Node 24 once where the local one is too old, and runs everything by it', () => {
  npm()
  const first = bootstrapOnNode20('test', 'some.test.ts')
  expect(first.stderr).toBe('')
  expect(first.stdout).toContain(
    'Node 20.20.2 is older than 22.18: fetching Node 24 in .cache/node-24.',
  )
  expect(first.stdout).toMatch(
    /arguments run some\.test\.ts fetched: yes \S+\/\.cache\/node-24\/node_modules\/node-\S+\/bin\n/,
  )
  expect(first.status).toBe(7)
  expect(readdirSync(join(clone.path, '.cache'))).toEqual(['node-24'])

  const second = bootstrapOnNode20('test')
  expect(second.stdout).toContain('using Node 24 in .cache/node-24.')
  expect(second.stdout).toContain('fetched: yes')
  const runs = readFileSync(join(clone.path, 'npm-ran'), 'utf8').trim().split('\n')
  expect(runs.map((run) => run.split(' ')[0])).toEqual(['install', 'ci'])
})

test('says in one sentence how to go on where Node is too old and none can be fetched', () => {
  npm({ fails: true })
  const run = bootstrapOnNode20('test')
  expect(run.status).toBe(1)
  expect(run.stderr.trim().split('\n')).toHaveLength(1)
  expect(run.stderr).toContain('needs Node 22.18 or newer, runs on 20.20.2, and could not fetch')
  expect(run.stderr).toContain('request to https://registry.example failed')
  expect(readdirSync(join(clone.path, '.cache'))).toEqual([])
})
