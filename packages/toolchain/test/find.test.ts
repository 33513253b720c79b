import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort } from '@verifluence/testkit'
import { temporaryFolder } from '@verifluence/testkit/vitest'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCache } from '../src/cache.ts'
import { findBinary } from '../src/find.ts'
import { goPlatform, RELEASES } from '../src/tools.ts'

const silent = { step: () => {}, done: () => {} }
let folder: ReturnType<typeof temporaryFolder>
let releases: Server | undefined

beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => {
  folder.remove()
  releases?.close()
})

/** A program that only knows its version. */
function program(path: string, version: string): string {
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, `#!/bin/sh\necho "tool, version ${version} (branch: test)"\n`)
  chmodSync(path, 0o755)
  return path
}

const inFolder = (...services: string[]) => join(folder.path, ...services)
const cache = () => openCache(inFolder('cache'))
/** Enough for the programs above to run, and none of ours on it. */
const BARE = '/usr/bin:/bin'

test('the environment variable beats PATH, and PATH beats a download', async () => {
  const named = program(inFolder('named', 'promtool'), '3.1.0')
  const onPath = program(inFolder('path', 'promtool'), '2.55.1')
  const PATH = `${inFolder('path')}:${BARE}`
  const options = { cache: cache(), progress: silent }
  const first = await findBinary('promtool', { ...options, env: { PROMTOOL_BIN: named, PATH } })
  expect(first).toMatchObject({ origin: 'environment', version: '3.1.0', command: named })
  const second = await findBinary('promtool', { ...options, env: { PATH } })
  expect(second).toMatchObject({ origin: 'PATH', version: '2.55.1', command: onPath })
})

test('a program on PATH that is too old is passed over', async () => {
  program(inFolder('old', 'amtool'), '0.25.0')
  const newer = program(inFolder('new', 'amtool'), '0.28.1')
  const PATH = `${inFolder('old')}:${inFolder('new')}:${BARE}`
  const found = await findBinary('amtool', { cache: cache(), progress: silent, env: { PATH } })
  expect(found.path).toBe(newer)
})

test('a variable that names a program too old says which version is needed', async () => {
  const old = program(inFolder('promtool'), '2.42.0')
  const search = findBinary('promtool', { cache: cache(), env: { PROMTOOL_BIN: old, PATH: BARE } })
  await expect(search).rejects.toThrow(/is version 2\.42\.0: name promtool 2\.53 or newer there/)
})

/** Every release as its host serves it, each archive with the programs it should hold. */
async function serveReleases({ honest }: { honest: boolean }): Promise<string> {
  const platform = goPlatform()
  const files = new Map<string, Buffer>()
  const contents = {
    prometheus: ['prometheus', 'promtool'],
    alertmanager: ['alertmanager', 'amtool'],
    kustomize: ['kustomize'],
  } as const
  for (const [name, programs] of Object.entries(contents)) {
    const { version, path, archive, checksums } = RELEASES[name as keyof typeof contents]
    const file = archive(platform)
    const inside = name === 'kustomize' ? '.' : file.replace('.tar.gz', '')
    for (const each of programs) program(inFolder('made', name, inside, each), version)
    execFileSync('tar', ['-czf', inFolder(file), '-C', inFolder('made', name), '.'])
    const bytes = readFileSync(inFolder(file))
    const sum = createHash('sha256')
      .update(honest ? bytes : 'another')
      .digest('hex')
    files.set(`/${path}/${file}`, bytes)
    files.set(`/${path}/${checksums}`, Buffer.from(`${sum}  ${file}\n`))
  }
  const server = createServer((request, response) => {
    const bytes = files.get(request.url ?? '')
    response.writeHead(bytes ? 200 : 404).end(bytes)
  })
  releases = server
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('what is missing comes from the upstream release once its checksum agrees, and then from the cache', async () => {
  const upstream = await serveReleases({ honest: true })
  const options = { cache: cache(), progress: silent, env: { PATH: BARE } }
  const first = await findBinary('kustomize', { ...options, upstream })
  expect(first).toMatchObject({ origin: 'upstream', version: RELEASES.kustomize.version })

  releases?.close()
  const others = await findBinary('alertmanager', { ...options, upstream })
  expect(others).toMatchObject({ origin: 'upstream', version: RELEASES.alertmanager.version })
})

test('neither upstream nor the archive: one sentence names the program, what was tried, and the remedies', async () => {
  const upstream = `http://127.0.0.1:${await freePort()}`
  const search = findBinary('kustomize', {
    cache: cache(),
    progress: silent,
    env: { PATH: BARE },
    upstream,
    archive: upstream,
  })
  await expect(search).rejects.toThrow(
    /^kustomize 5\.0 or newer is neither named in KUSTOMIZE_BIN nor on PATH.*does not answer.*Debian's archive.*set KUSTOMIZE_BIN/,
  )
})

test('an archive whose checksum disagrees is never used', async () => {
  const upstream = await serveReleases({ honest: false })
  const steps: string[] = []
  const search = findBinary('kustomize', {
    cache: cache(),
    progress: { step: (what) => void steps.push(what), done: () => {} },
    env: { PATH: BARE },
    upstream,
    archive: upstream,
  })
  await expect(search).rejects.toThrow(/has checksum .*, the release says/)
  expect(cache().get('kustomize')).toBeUndefined()
})

test('a cache folder that refuses is named with what to do', async () => {
  writeFileSync(inFolder('cache'), 'a file, where the folder should be')
  const search = findBinary('kustomize', { cache: cache(), progress: silent, env: { PATH: BARE } })
  await expect(search).rejects.toThrow(
    /The cache folder .*cache is not a folder: name installed programs in PROMETHEUS_BIN/,
  )
})
