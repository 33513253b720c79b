import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '@verifluence/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { BodyError, createBodyReader } from '../../src/http/body.ts'

const KIB = 1024

/** A server whose bodies share 100 KiB; each may have 80. */
async function listening() {
  const outcomes = new Map<string, string>()
  const bodies = createBodyReader({ totalBytes: 100 * KIB })
  const server = createServer(async (incoming, outgoing) => {
    const outcome = await bodies.read(incoming, 80 * KIB).then(
      (body) => `${body.byteLength} bytes`,
      (error: unknown) => (error instanceof BodyError ? error.problem : String(error)),
    )
    outcomes.set(incoming.url ?? '', outcome)
    outgoing.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  const send = (path: string, bytes: number, announced = bytes) => {
    const headers = { 'content-length': announced }
    const sent = request({ port, path, method: 'POST', headers, agent: false })
    sent.on('error', () => {})
    sent.on('response', (answer) => answer.resume())
    sent.write('x'.repeat(bytes))
    return sent
  }
  const outcomeOf = (path: string) =>
    until(`the outcome of ${path}`, () => outcomes.get(path), { withinMs: 10_000, everyMs: 5 })
  return { send, outcomes, outcomeOf }
}

it('reads what is within the limits', async () => {
  const { send, outcomeOf } = await listening()
  send('/whole', 70 * KIB)
  expect(await outcomeOf('/whole')).toBe(`${70 * KIB} bytes`)
})

it('refuses a body by its announced length, before any of it comes', async () => {
  const { send, outcomeOf } = await listening()
  send('/large', 1, 81 * KIB)
  expect(await outcomeOf('/large')).toBe('too_large')
})

it('gives up the largest unfinished body when all of them take too much', async () => {
  const { send, outcomes, outcomeOf } = await listening()
  send('/largest', 60 * KIB, 70 * KIB)
  const small = send('/small', 30 * KIB, 31 * KIB)
  send('/last', 20 * KIB)
  expect(await outcomeOf('/largest')).toBe('memory')
  expect(await outcomeOf('/last')).toBe(`${20 * KIB} bytes`)
  expect(outcomes.has('/small')).toBe(false)
  small.end('x'.repeat(KIB))
  expect(await outcomeOf('/small')).toBe(`${31 * KIB} bytes`)
})

it('fails when the client leaves', async () => {
  const { send, outcomeOf } = await listening()
  const leaving = send('/leaves', KIB, 2 * KIB)
  leaving.on('socket', (socket) =>
    socket.on('connect', () => setTimeout(() => socket.destroy(), 50)),
  )
  expect(await outcomeOf('/leaves')).toBe('aborted')
})
