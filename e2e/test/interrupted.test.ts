import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { PROJECT, recordedProcesses, survivors, until } from '@verifluence/testkit'
import { RUNS, removeRun } from '@verifluence/testkit/vitest'
import { expect, onTestFinished, test } from 'vitest'

test.each(['SIGINT', 'SIGTERM'] as const)(
  'a test run that is ended by %s leaves nothing behind',
  async (signal) => {
    const vitest = join(PROJECT, 'node_modules', 'vitest', 'vitest.mjs')
    const args = [vitest, 'run', 'e2e/test/start.test.ts', '-t', 'a service that exits']
    const run = spawn(process.execPath, args, { cwd: PROJECT, stdio: 'ignore' })
    onTestFinished(() => void run.kill('SIGKILL'))
    const folder = join(RUNS, String(run.pid))
    onTestFinished(() => removeRun(folder))
    const isUp = () => existsSync(join(folder, 'run', 'postgres.pid'))
    await until('its PostgreSQL is there', isUp, { withinMs: 30_000 })
    const begun = recordedProcesses(folder)

    run.kill(signal)
    await until('it has ended', () => run.exitCode !== null || run.signalCode !== null, {
      withinMs: 10_000,
    })
    await until('its processes are gone', () => survivors(begun).length === 0, { withinMs: 5_000 })
    expect(existsSync(folder)).toBe(false)
  },
  60_000,
)
