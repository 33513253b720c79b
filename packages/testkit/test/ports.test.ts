import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { nodeCommand } from '../src/node.ts'
import { freePort } from '../src/process/ports.ts'
import { until } from '../src/until.ts'

/** Draws 100 ports in a process that lives until the test is over. */
async function drawnByAnotherProcess(): Promise<readonly number[]> {
  const { command, args, cwd, env } = nodeCommand(
    'draws',
    'packages/testkit/test/support/draw-ports.ts',
    {
      log: '',
      env: {},
    },
  )
  const child = spawn(command, args, { cwd, env: { ...env }, stdio: ['pipe', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill())
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  await until('the ports are drawn', () => output.endsWith('\n'), { withinMs: 10_000 })
  return JSON.parse(output) as number[]
}

test('parallel processes never draw the same port, even before they listen on it', async () => {
  const drawn = await Promise.all(Array.from({ length: 6 }, drawnByAnotherProcess))
  expect(drawn.flat()).toHaveLength(600)
  expect(new Set(drawn.flat()).size).toBe(600)
})

test('a port in use is not drawn', async () => {
  const next = (await freePort()) + 1
  const squatter = createServer().listen(next, '127.0.0.1')
  onTestFinished(() => void squatter.close())
  await once(squatter, 'listening')
  expect(await freePort()).toBe(next + 1)
})
