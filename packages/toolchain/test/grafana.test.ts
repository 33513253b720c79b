import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { freePort, PROJECT } from '@verifluence/testkit'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { openCache } from '../src/cache.ts'
import { fetchGrafana, GRAFANA_VERSION } from '../src/grafana.ts'
import { goPlatform } from '../src/tools.ts'

const silent = { step: () => {}, done: () => {} }

/** A host that names a small archive as Grafana's release does. */
async function serveRelease(folder: string, { checksum }: { checksum?: string } = {}) {
  const inside = join(folder, 'made', `grafana-${GRAFANA_VERSION}`)
  mkdirSync(join(inside, 'bin'), { recursive: true })
  writeFileSync(join(inside, 'bin', 'grafana'), '#!/bin/sh\n', { mode: 0o755 })
  const file = join(folder, 'grafana.tar.gz')
  execFileSync('tar', ['-czf', file, '-C', join(folder, 'made'), '.'])
  const bytes = readFileSync(file)
  const [system, architecture] = goPlatform().split('-')
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    if (request.url === '/archive.tar.gz') return void response.end(bytes)
    if (!request.url?.endsWith(`/versions/${GRAFANA_VERSION}/packages/${architecture}/${system}`))
      return void response.writeHead(404).end()
    const sha256 = checksum ?? createHash('sha256').update(bytes).digest('hex')
    response.end(JSON.stringify({ url: `${releases}/archive.tar.gz`, sha256 }))
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const releases = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { releases, asked }
}

test('downloads the release once, and takes it from the cache afterwards', async () => {
  const folder = folderOfThisTest()
  const { releases, asked } = await serveRelease(folder)
  const options = { cache: openCache(join(folder, 'cache')), progress: silent, releases }
  const { command, home } = await fetchGrafana(options)
  expect(readFileSync(command, 'utf8')).toContain('#!/bin/sh')
  expect(command.startsWith(home)).toBe(true)
  expect(asked).toHaveLength(2)
  expect(await fetchGrafana(options)).toEqual({ command, home })
  expect(asked).toHaveLength(2)
})

test('never uses an archive whose checksum disagrees', async () => {
  const folder = folderOfThisTest()
  const { releases } = await serveRelease(folder, { checksum: '0'.repeat(64) })
  const options = { cache: openCache(join(folder, 'cache')), progress: silent, releases }
  await expect(fetchGrafana(options)).rejects.toThrow(/has checksum .*, the release says 0{64}/)
  await expect(fetchGrafana(options)).rejects.toThrow(/leave --grafana out/)
})

test('without a network says what was tried and what to do', async () => {
  const releases = `http://127.0.0.1:${await freePort()}`
  const cache = openCache(join(folderOfThisTest(), 'cache'))
  await expect(fetchGrafana({ cache, progress: silent, releases })).rejects.toThrow(
    /^Grafana [\d.]+ is not on PATH and could not be downloaded \(.*does not answer.*put its "grafana" on PATH/,
  )
})

test('is the version that compose.yaml runs', () => {
  expect(readFileSync(join(PROJECT, 'compose.yaml'), 'utf8')).toContain(
    `grafana/grafana:${GRAFANA_VERSION}-`,
  )
})
