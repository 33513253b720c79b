import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Clock } from './clock.ts'
import { createControl } from './control/control.ts'
import { type Credentials, defaultCredentials } from './credentials.ts'
import type { StatusChange, Timing } from './heartbeat.ts'
import { mountService } from './http/service.ts'
import { createState, servicesOf } from './state.ts'

export type FakesOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Where Kick delivers webhooks; without it nothing is delivered until a target is set. */
  readonly webhookUrl?: string
  readonly credentials?: Partial<Credentials>
  readonly clock?: Clock
  /** Called when a heartbeat check goes down and when it comes up again. */
  readonly onStatusChange?: (change: StatusChange) => void
  /** Period and grace time of a heartbeat check that is not configured by itself. */
  readonly heartbeatTiming?: Timing
}

export type RunningFakes = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Starts the fake services on 127.0.0.1: each under its name (`/kick-api`, `/telegram`,
 * …) and `/control` to steer it. Closing ends hanging requests too.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startFakes(options: FakesOptions): Promise<RunningFakes> {
  const clock = options.clock ?? Date.now
  const credentials = { ...defaultCredentials, ...options.credentials }
  const state = createState(credentials, { clock, ...options })
  const app = new Hono()
  const services = servicesOf(state, credentials)
  for (const service of services) app.route(`/${service.name}`, mountService(service, state))
  app.route('/control', createControl(state, services))

  const server = await listen(app, options.port)
  const watching = setInterval(state.heartbeat.look, 1000)
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      clearInterval(watching)
      return closeServer(server)
    },
  }
}

function listen(app: Hono, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' }, () => resolve(server))
    server.once('error', reject)
  })
}

function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    if ('closeAllConnections' in server) server.closeAllConnections()
  })
}
