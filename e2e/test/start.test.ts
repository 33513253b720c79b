import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { portTaken, recordedProcesses, survivors, until } from '@verifluence/testkit'
import { createTestDatabase } from '@verifluence/testkit/postgres'
import { folderOfThisTest } from '@verifluence/testkit/vitest'
import { expect, onTestFinished, test } from 'vitest'
import { launch } from './support/launcher.ts'

const SERVICES = ['alertmanager', 'api', 'fakes', 'postgres', 'prometheus', 'traffic', 'worker']
const UP = 'Everything is up'

test('a start prints the addresses, and after a SIGKILL the next start cleans up and says so', async () => {
  const folder = folderOfThisTest()
  const killed = await launch({ folder })
  await killed.prints(UP)
  await killed.prints(`http://127.0.0.1:${killed.ports.prometheus}`)
  const orphans = recordedProcesses(folder)
  expect(Object.keys(orphans).sort()).toEqual(SERVICES)

  killed.signal('SIGKILL')
  await killed.ends()
  expect(survivors(orphans).sort()).toEqual(SERVICES)

  const next = await launch({ folder, ports: killed.ports })
  const output = await next.prints(UP)
  expect(output).toMatch(/stopped processes of a killed start: .*postgres/)
  expect(survivors(orphans)).toEqual([])

  const own = recordedProcesses(folder)
  next.signal('SIGINT')
  expect(await next.ends()).toBe(0)
  expect(survivors(own)).toEqual([])
  const taken = await Promise.all(Object.values(next.ports).map(portTaken))
  expect(taken).not.toContain(true)
}, 120_000)

test('a service that exits is reported with its last log lines and is not restarted', async () => {
  const folder = folderOfThisTest()
  const launcher = await launch({ folder })
  await launcher.prints(UP)
  const { worker } = recordedProcesses(folder)
  process.kill(worker?.pid ?? 0, 'SIGKILL')

  await launcher.prints('worker exited (SIGKILL) and stays down')
  await launcher.prints('worker is up')
  expect(await portTaken(launcher.ports.worker)).toBe(false)

  launcher.signal('SIGTERM')
  expect(await launcher.ends()).toBe(0)
}, 120_000)

test('a second start in the same folder names the first one', async () => {
  const folder = folderOfThisTest()
  const first = await launch({ folder })
  await first.prints(UP)

  const second = await launch({ folder })
  expect(await second.ends()).toBe(1)
  expect(second.output()).toContain(`already runs here as process ${first.pid}`)
  expect(second.output()).toContain('or set STACK_FOLDER to another folder')
  expect(second.output().trim().split('\n')).toHaveLength(2)

  first.signal('SIGINT')
  expect(await first.ends()).toBe(0)
}, 120_000)

test('Ctrl-C in the middle of a start leaves nothing behind', async () => {
  const folder = folderOfThisTest()
  const launcher = await launch({ folder })
  await launcher.prints('fakes is ready')
  const begun = recordedProcesses(folder)
  launcher.signal('SIGINT')
  expect(await launcher.ends()).toBe(130)
  expect(survivors(begun)).toEqual([])
}, 120_000)

test('Ctrl-C while the database is being made is an interrupt, no fault of the disk', async () => {
  const folder = folderOfThisTest()
  const launcher = await launch({ folder, ownGroup: true })
  const beingMade = () => existsSync(join(folder, 'postgres', 'data', 'base', '1', 'PG_VERSION'))
  await until('initdb is at work', beingMade, { withinMs: 60_000, everyMs: 10 })
  process.kill(-launcher.pid, 'SIGINT')
  expect(await launcher.ends()).toBe(130)
  expect(launcher.output()).toContain('Stopped before everything was up.')
  expect(launcher.output()).not.toContain('PostgreSQL could not')
  expect(existsSync(join(folder, 'postgres'))).toBe(false)
}, 120_000)

test('an existing database is used instead of one of its own, and its password stays off the screen', async () => {
  const folder = folderOfThisTest()
  const { url, drop } = await createTestDatabase()
  onTestFinished(drop)
  const launcher = await launch({ folder, env: { DATABASE_URL: url } })
  await launcher.prints('Ctrl-C stops it.')
  expect(Object.keys(recordedProcesses(folder)).sort()).toEqual(
    SERVICES.filter((service) => service !== 'postgres'),
  )
  expect(launcher.output()).not.toContain(new URL(url).password)

  launcher.signal('SIGINT')
  expect(await launcher.ends()).toBe(0)
}, 120_000)
