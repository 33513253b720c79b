import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

const ANSWER_MS = 50

/** A Kick whose every channel is live and whose every answer takes 50 ms; nothing else is real. */
export async function startKick(): Promise<{ url: string; close: () => void }> {
  const startedAt = '2026-11-22T10:00:00Z'
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://kick')
    await pause(ANSWER_MS)
    response.setHeader('content-type', 'application/json')
    if (pathname === '/oauth/token') {
      response.end('{"access_token":"a-1","token_type":"Bearer","expires_in":5184000}')
      return
    }
    const data = searchParams.getAll('broadcaster_user_id').map((id) => ({
      broadcaster_user_id: Number(id),
      slug: `streamer-${id}`,
      channel_description: 'About this channel. '.repeat(10),
      banner_picture: '',
      stream_title: 'Good evening',
      category: { id: 15, name: 'Just Chatting', thumbnail: '' },
      stream: {
        is_live: true,
        is_mature: false,
        viewer_count: 20 + (Number(id) % 100),
        language: 'en',
        start_time: startedAt,
        thumbnail: '',
        custom_tags: [],
        key: '',
        url: '',
      },
    }))
    response.end(JSON.stringify({ data, message: 'OK' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
