import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import type { ScrapeAnswer, ScrapeHeaders } from './scrape.ts'

/** How long a scraper may take to read an answer, in milliseconds; then it is hung up on. */
const READING_TIME = 60_000

/** Makes the request listener of the metrics port: GET and HEAD of `/metrics`, nothing else. */
export function metricsHandler(
  scrape: (headers: ScrapeHeaders) => Promise<ScrapeAnswer>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const path = request.url?.split('?', 1)[0]
    if (path !== '/metrics') return refuse(response, 404, 'Only /metrics is served here.\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return refuse(response, 405, 'Only GET and HEAD are answered here.\n')
    }
    const { status, headers, body } = await scrape(request.headers)
    if (response.destroyed) return
    response.writeHead(status, headers)
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    const slow = setTimeout(() => response.destroy(), READING_TIME).unref()
    // Ends the writing as soon as the scraper has gone, too.
    pipeline(Readable.from(body), response, () => clearTimeout(slow))
  }
}

function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-length': String(Buffer.byteLength(sentence)),
  })
  response.end(sentence)
}
