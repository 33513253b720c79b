import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unrecorded } from '../src/check/recorded.ts'
import { PROJECT } from '../src/parts/node.ts'
import { folderOfThisTest } from './support/launcher.ts'

/** The backend's sources, with one text in one file replaced everywhere. */
function backend(file: string, from: string, to: string): string {
  const folder = folderOfThisTest()
  cpSync(join(PROJECT, 'api', 'src'), folder, { recursive: true })
  const path = join(folder, file)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(from, to))
  return folder
}

test('every metric of the catalogue is recorded by somebody', async () => {
  expect(await unrecorded()).toEqual([])
})

test('a recorder that no job calls is named', async () => {
  const call = 'context.reportLiveStreams(live + asBefore)'
  expect(await unrecorded(backend('jobs/viewer-poll/index.ts', call, ''))).toEqual([
    'Nobody calls reportLiveStreams of api/src/metrics.ts: call it where it happens.',
  ])
})

test('a metric that no function records is named', async () => {
  const folder = backend('metrics.ts', 'metrics.liveStreams.set(count)', 'count')
  expect(await unrecorded(folder)).toEqual([
    'Nothing records liveStreams of the catalogue: add a function to api/src/metrics.ts.',
  ])
})
