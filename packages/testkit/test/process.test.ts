import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startChild } from '../src/process/child.ts'
import { identify, isAlive } from '../src/process/identity.ts'
import { withLock } from '../src/process/lock.ts'
import { claimRunFolder } from '../src/process/run-folder.ts'
import { until } from '../src/until.ts'
import { temporaryFolder } from '../src/vitest/temporary-folder.ts'

let folder: ReturnType<typeof temporaryFolder>
beforeEach(() => {
  folder = temporaryFolder()
})
afterEach(() => folder.remove())

const sleeper = () => spawn('sleep', ['60'], { stdio: 'ignore' })

test('a process that reuses the PID of an old one is left alone', async () => {
  const stranger = sleeper()
  const pid = stranger.pid ?? 0
  mkdirSync(join(folder.path, 'run'))
  writeFileSync(join(folder.path, 'run', 'api.pid'), JSON.stringify({ pid, born: 'long ago' }))

  const run = await claimRunFolder(join(folder.path, 'run'))
  expect(run.cleaned).toEqual([])
  expect(identify(pid)).toBeDefined()
  stranger.kill('SIGKILL')
})

test('a process that ignores SIGTERM is killed, with its children', async () => {
  const log = join(folder.path, 'log')
  const script = 'trap "" TERM; sleep 60 & echo "child $!"; wait; wait; sleep 60'
  const child = await startChild({ name: 'deaf', command: 'sh', args: ['-c', script], log })
  const grandchild = await until(
    'the script has started its own',
    () => identify(Number(child.lastLines()[0]?.split(' ')[1])),
    { withinMs: 5_000 },
  )
  expect(await child.stop(200)).toEqual({ code: null, signal: 'SIGKILL' })
  await until('its child is gone too', () => !isAlive(grandchild), { withinMs: 5_000 })
})

test('a lock admits one at a time, and does not outlive its owner', async () => {
  const lock = join(folder.path, 'lock')
  const dead = spawnSync('true')
  writeFileSync(lock, JSON.stringify({ pid: dead.pid, born: '1' }))

  let inside = 0
  const visit = () =>
    withLock(lock, async () => {
      inside += 1
      expect(inside).toBe(1)
      await pause(20)
      inside -= 1
    })
  await Promise.all([visit(), visit(), visit()])
})
