import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** What a server answers to one request; text is sent as it is, anything else as JSON. */
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A request as the server saw it. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

type Replier = Reply | 'hang' | 'reset' | ((seen: Seen) => Reply | 'hang' | 'reset')

/**
 * A real server that gives the replies in turn, the last one for ever, under a path prefix as the
 * fakes have. Closed when the test is over.
 */
export async function answering(...replies: Replier[]): Promise<{ url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    const body = (await request.setEncoding('utf8').toArray()).join('')
    seen.push({ method, url, headers, body })
    const replier = replies[Math.min(seen.length, replies.length) - 1] ?? {}
    reply(response, typeof replier === 'function' ? replier(seen.at(-1) as Seen) : replier)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`, seen }
}

function reply(response: ServerResponse, given: Reply | 'hang' | 'reset'): void {
  if (given === 'hang') return
  if (given === 'reset') {
    response.destroy()
    return
  }
  response.writeHead(given.status ?? 200, given.headers)
  response.end(typeof given.body === 'string' ? given.body : JSON.stringify(given.body))
}

/** `fetch` for every operation, unrecorded. */
export function plainFetch() {
  return fetch
}
