import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createKeyRing, type KeyRing } from '@verifluence/fakes/kick'

/** A Kick that tells its public key, and nothing else. */
export async function startKick(): Promise<{ url: string; keys: KeyRing; close: () => void }> {
  const keys = createKeyRing()
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data: { public_key: keys.publicKey() }, message: 'OK' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, keys, close: () => server.close() }
}
