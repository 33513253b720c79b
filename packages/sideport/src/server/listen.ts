import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, isIPv6, type Socket } from 'node:net'
import { pipeline, Readable } from 'node:stream'
import type { ScrapeAnswer, ScrapeHeaders } from './scrape.ts'

/** How long a scraper may take to read an answer, in milliseconds; then the connection is closed. */
const READING_TIME = 60_000

/** How many scrapes are answered at the same time, unless said otherwise. */
const MAX_SCRAPES_IN_FLIGHT = 20

/**
 * Makes the request listener of the metrics port: GET and HEAD of `/metrics`, nothing else.
 *
 * @param limits `refused` is called for each scrape beyond the limit, which gets 503.
 */
export function metricsHandler(
  scrape: (headers: ScrapeHeaders) => Promise<ScrapeAnswer>,
  {
    maxScrapesInFlight = MAX_SCRAPES_IN_FLIGHT,
    refused,
  }: Pick<ListenOptions, 'maxScrapesInFlight'> & { readonly refused: () => void },
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let inFlight = 0
  return async (request, response) => {
    const path = request.url?.split('?', 1)[0]
    if (path !== '/metrics') return refuse(response, 404, 'Only /metrics is served here.\n')
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      return refuse(response, 405, 'Only GET and HEAD are answered here.\n')
    }
    if (inFlight >= maxScrapesInFlight) {
      refused()
      response.setHeader('retry-after', '1')
      return refuse(response, 503, `${inFlight} scrapes are under way, the limit: scrape later.\n`)
    }
    inFlight++
    response.once('close', () => inFlight--)
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

/** Where to listen. */
export interface ListenOptions {
  readonly port: number
  /** Default: `0.0.0.0`, all IPv4 addresses. `::` is all there are, where the machine has IPv6. */
  readonly host?: string
  /** Scrapes that are answered at the same time; others get 503. Default 20. */
  readonly maxScrapesInFlight?: number
}

/** A metrics port that is open. */
export interface MetricsServer {
  /** The port it listens on; of interest when 0 was asked for. */
  readonly port: number
  readonly url: string
  /** Finishes the scrapes under way and closes the port. Call it last on the way out. */
  close(): Promise<void>
}

/** Longer than the usual scrape intervals, so that a scraper reuses its connection. */
const KEEP_ALIVE = 75_000

/** How long `close()` waits for scrapes under way before it hangs up on them, in milliseconds. */
const CLOSING_TIME = 3_000

/**
 * Opens a port for scrapers. Neither it nor an idle connection keeps the process alive; a scrape
 * under way does.
 *
 * @throws Error with one sentence that names the port, when it cannot be opened.
 */
export async function listen(
  handler: RequestListener,
  { port, host = '0.0.0.0' }: ListenOptions,
): Promise<MetricsServer> {
  let closing: Promise<void> | undefined
  const idle = new Set<Socket>()
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE }, (request, response) => {
    const { socket } = request
    idle.delete(socket)
    socket.ref()
    response.once('close', () => {
      idle.add(socket)
      socket.unref()
      if (closing) socket.destroySoon()
    })
    handler(request, response)
  })
  server.on('connection', (socket: Socket) => {
    idle.add(socket)
    socket.unref()
    socket.once('close', () => idle.delete(socket))
  })
  await open(server, port, host)
  server.unref()
  const { port: opened } = server.address() as AddressInfo
  return {
    port: opened,
    url: `http://${reachable(host)}:${opened}/metrics`,
    close: () => {
      closing ??= close(server, idle)
      return closing
    },
  }
}

/** A host as it stands in a URL; in place of all addresses, that of this machine. */
function reachable(host: string): string {
  const own: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }
  const address = own[host] ?? host
  return isIPv6(address) ? `[${address}]` : address
}

function open(server: Server, port: number, host: string): Promise<void> {
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new Error(`Metrics port ${port} is no port: choose a whole number from 0 to 65535.`)
  }
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, port, host)))
    // In a cluster the primary would share the port, and each scrape would reach another worker.
    server.listen({ port, host, exclusive: true }, resolve)
  })
}

function explain(error: NodeJS.ErrnoException, port: number, host: string): Error {
  const where = `port ${port} of ${host}`
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: `Metrics ${where} is already in use: stop the process that holds it, or choose another port.`,
    EACCES: `Metrics ${where} may not be opened by this user: choose a port above 1023.`,
    EADDRNOTAVAIL: `Metrics ${where} cannot be opened: this machine does not have that address.`,
  }
  const sentence =
    reasons[error.code ?? ''] ?? `Metrics ${where} cannot be opened: ${error.message}`
  return new Error(sentence, { cause: error })
}

/** Node's own `closeIdleConnections()` spares those on which nothing was ever asked. */
function close(server: Server, idle: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    const forced = setTimeout(() => server.closeAllConnections(), CLOSING_TIME)
    server.close(() => {
      clearTimeout(forced)
      resolve()
    })
    for (const socket of idle) socket.destroy()
  })
}
