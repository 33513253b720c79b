import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createFakesClient } from '../src/index.ts'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

/** Starts the process and gathers what it says. */
function startProcess(environment: Record<string, string>) {
  const child = spawn(process.execPath, ['--conditions=source', main], {
    env: { ...process.env, ...environment },
  })
  const said = { text: '' }
  const listen = (chunk: Buffer) => {
    said.text += String(chunk)
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  return { child, said, ended: once(child, 'exit') }
}

test('the process exits with 0 on SIGTERM, even with an open request', async () => {
  const { child, said, ended } = startProcess({ FAKES_PORT: '0' })
  await once(child.stdout, 'data')
  const url = /http:\S+?(?=;)/.exec(said.text)?.[0] ?? ''
  await createFakesClient(url).injectFault('kick-api', 'hang')
  const hanging = expect(fetch(`${url}/kick-api/public/v1/public-key`)).rejects.toThrow()
  const asked = async () => (await createFakesClient(url).requests('kick-api')).length
  await expect.poll(asked).toBe(1)
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  await hanging
})

test('a taken port ends the start with a sentence that names it', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const { said, ended } = startProcess({ FAKES_PORT: String(port) })
  expect(await ended).toEqual([1, null])
  expect(said.text).toContain(`port ${port} is taken`)
  server.close()
})

test('an invalid port is named', async () => {
  const { said, ended } = startProcess({ FAKES_PORT: 'many' })
  expect(await ended).toEqual([1, null])
  expect(said.text).toContain('FAKES_PORT')
})
