import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

type Received = { method: string; headers: IncomingHttpHeaders; body: Buffer }

/** A bare HTTP server that keeps what it is sent; `status` is what it answers. */
export async function aReceiver() {
  const received: Received[] = []
  const receiver = { url: '', received, status: 200 }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      received.push({ method: request.method ?? '', headers: request.headers, body })
      response.writeHead(receiver.status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  receiver.url = `http://127.0.0.1:${port}/wh/kick`
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return receiver
}
