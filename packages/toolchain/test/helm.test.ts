import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { openCache } from '../src/cache.ts'
import { findChart, findHelm, locateChart, renderChart } from '../src/helm.ts'
import { goPlatform } from '../src/tools.ts'

const silent = { step: () => {}, done: () => {} }

/** A program in the place of helm: answers `version`, and otherwise runs `does`. */
function fakeHelm(folder: string, does: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'helm')
  const script = `#!/bin/sh\n[ "$1" = version ] && exit 0\n${does}\n`
  writeFileSync(path, script, { mode: 0o755 })
  return path
}

async function serveRelease(folder: string) {
  fakeHelm(join(folder, 'made', goPlatform()), 'exit 0')
  const archive = join(folder, 'helm.tar.gz')
  execFileSync('tar', ['-czf', archive, '-C', join(folder, 'made'), goPlatform()])
  const bytes = readFileSync(archive)
  const sum = createHash('sha256').update(bytes).digest('hex')
  const asked: string[] = []
  const server = createServer(({ url = '' }, response) => {
    asked.push(url)
    response.end(url.endsWith('.sha256sum') ? `${sum}  ${url}` : bytes)
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { releases: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked }
}

test('downloads helm once, and takes it from the cache afterwards', async () => {
  const folder = folderOfThisTest()
  const { releases, asked } = await serveRelease(folder)
  const options = { env: {}, cache: openCache(join(folder, 'cache')), progress: silent, releases }
  const helm = await findHelm(options)
  expect(readFileSync(helm, 'utf8')).toContain('#!/bin/sh')
  expect(asked).toHaveLength(2)
  expect(await findHelm(options)).toBe(helm)
  expect(asked).toHaveLength(2)
})

test('refuses a HELM_BIN that does not run', async () => {
  await expect(findHelm({ env: { HELM_BIN: '/nowhere/helm' } })).rejects.toThrow(
    'HELM_BIN names /nowhere/helm, which does not run: name helm there, or unset it.',
  )
})

const source = { name: 'stack', version: '1.2.3', repository: 'https://charts.example' }

test('takes the chart that CHART_ARCHIVE names, and refuses one that does not exist', () => {
  const archive = join(folderOfThisTest(), 'chart.tgz')
  const env = { CHART_ARCHIVE: archive }
  expect(() => locateChart(source, { env })).toThrow(`CHART_ARCHIVE names ${archive}`)
  writeFileSync(archive, '')
  expect(locateChart(source, { env })).toBe(archive)
})

test('pulls the chart of that version from the repository once', async () => {
  const folder = folderOfThisTest()
  const pull = `echo "$@" >> ${folder}/calls; : > "$8/$2-$4.tgz"`
  const helm = fakeHelm(folder, pull)
  const options = { env: {}, cache: openCache(join(folder, 'cache')) }
  const archive = await findChart(helm, source, options)
  expect(await findChart(helm, source, options)).toBe(archive)
  expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe(
    `pull stack --version 1.2.3 --repo https://charts.example -d ${folder}/cache\n`,
  )
})

test('passes on why a chart cannot be had or rendered, with the remedy', async () => {
  const folder = folderOfThisTest()
  const helm = fakeHelm(folder, 'echo "Error: no such host" >&2; exit 1')
  const options = { env: {}, cache: openCache(join(folder, 'cache')) }
  await expect(findChart(helm, source, options)).rejects.toThrow(
    /from https:\/\/charts.example \(Error: no such host\): name its archive in CHART_ARCHIVE/,
  )
  const release = { name: 'k8s', namespace: 'monitoring', values: '{}' }
  await expect(renderChart(helm, '/charts/stack.tgz', release)).rejects.toThrow(
    'Helm cannot render /charts/stack.tgz: Error: no such host. Correct the values of the release.',
  )
})
