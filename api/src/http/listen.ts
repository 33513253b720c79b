import type { Server } from 'node:http'
import { type AddressInfo, isIP, Server as NetServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'
import { closeIfUnread } from './body.ts'

/** A port that answers. */
export interface Listening {
  readonly port: number
  /** Closes each connection with its next response. Connections are still accepted. */
  drain(): void
  /** Accepts no new connection, waits for the requests in progress, then closes the rest. */
  close(graceSeconds: number): Promise<void>
}

export interface ListenOptions {
  readonly port: number
  readonly host: string
  /** The environment variable that chooses the port, for the message. */
  readonly variable: string
  /** Called before the first request can come. */
  readonly prepare?: (server: Server) => void
}

/**
 * Longer than proxies keep an idle connection (cloudflared 90 s, Envoy 60 s in its defaults): the proxy
 * must close first, or a request that is being sent meets a closed connection.
 */
const KEEP_ALIVE_MS = 100_000
/** A request that is not complete after this long is answered with 408. */
const REQUEST_TIMEOUT_MS = 10_000
const HEADERS_TIMEOUT_MS = 5_000
/** How often Node looks for requests beyond these limits. */
const CHECKING_INTERVAL_MS = 1_000

/**
 * Opens a port.
 * @throws Error with one sentence that names the port and the remedy.
 */
export async function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'],
  { port, host, variable, prepare }: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({
    fetch,
    serverOptions: {
      keepAliveTimeout: KEEP_ALIVE_MS,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: CHECKING_INTERVAL_MS,
    },
  }) as Server
  let draining = false
  server.prependListener('request', (incoming, outgoing) => {
    if (draining) outgoing.setHeader('Connection', 'close')
    closeIfUnread(incoming, outgoing)
  })
  prepare?.(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(sentence(error, port, host, variable), { cause: error })),
    )
    server.listen(port, host, resolve)
  })
  const drain = () => {
    draining = true
  }
  return {
    port: (server.address() as AddressInfo).port,
    drain,
    close: (graceSeconds) => {
      drain()
      return closeGently(server, graceSeconds * 1000)
    },
  }
}

/** An idle connection is kept for this share of the grace period: its next request is still answered. */
const IDLE_SHARE = 0.1
const POLL_MS = 20

async function closeGently(server: Server, graceMs: number): Promise<void> {
  const startedAt = performance.now()
  const elapsed = () => performance.now() - startedAt
  let open = true
  // Not http.Server's own close: that one also closes idle connections, at once.
  NetServer.prototype.close.call(server, () => {
    open = false
  })
  while (open && elapsed() < graceMs) {
    if (elapsed() > graceMs * IDLE_SHARE) server.closeIdleConnections()
    await pause(POLL_MS)
  }
  server.closeAllConnections()
}

function sentence(error: NodeJS.ErrnoException, port: number, host: string, variable: string) {
  const where = `Port ${port} of ${isIP(host) === 6 ? `[${host}]` : host}`
  if (error.code === 'EADDRINUSE') {
    return `${where} is already in use: stop the process that holds it, or set ${variable}.`
  }
  if (error.code === 'EACCES') return `${where} may not be opened: set ${variable} above 1023.`
  return `${where} cannot be opened (${error.message}): correct ${variable} or BIND_HOST.`
}
