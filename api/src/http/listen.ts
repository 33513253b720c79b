import type { Server } from 'node:http'
import { type AddressInfo, isIP } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { createAdaptorServer } from '@hono/node-server'

/** A port that answers. */
export interface Listening {
  readonly port: number
  /** Takes no new connection, waits for the requests under way, then hangs up on the rest. */
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
 * Opens a port.
 * @throws Error with one sentence that names the port and the remedy.
 */
export async function listen(
  fetch: Parameters<typeof createAdaptorServer>[0]['fetch'],
  { port, host, variable, prepare }: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch }) as Server
  prepare?.(server)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(sentence(error, port, host, variable), { cause: error })),
    )
    server.listen(port, host, resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: (graceSeconds) => drain(server, graceSeconds),
  }
}

async function drain(server: Server, graceSeconds: number): Promise<void> {
  const deadline = performance.now() + graceSeconds * 1000
  let open = true
  server.close(() => {
    open = false
  })
  // A connection whose request has just been answered is idle from then on.
  while (open && performance.now() < deadline) {
    server.closeIdleConnections()
    await pause(20)
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
