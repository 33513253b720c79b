import { type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Clock } from './clock.ts'
import { createControl } from './control/control.ts'
import { type Credentials, defaultCredentials } from './credentials.ts'
import { mountService } from './http/service.ts'
import type { Notice, Timing } from './watch/heartbeat.ts'
import { createWorld, servicesOf } from './world.ts'

export type WorldOptions = {
  /** 0 takes any free port. */
  readonly port: number
  /** Where Kick delivers webhooks; without it nothing is delivered until a target is set. */
  readonly webhookUrl?: string
  readonly credentials?: Partial<Credentials>
  readonly clock?: Clock
  /** Told when a check of the heartbeat falls silent and when it is heard again. */
  readonly onNotice?: (notice: Notice) => void
  /** Period and grace time of a heartbeat check that is not configured by itself. */
  readonly heartbeatTiming?: Timing
}

export type RunningWorld = { readonly url: string; readonly close: () => Promise<void> }

/**
 * Starts the outside world on 127.0.0.1: every service under its name (`/kick-api`, `/telegram`,
 * …) and `/control` to steer it. Closing ends hanging requests too.
 * @throws Error with code EADDRINUSE when the port is taken
 */
export async function startWorld(options: WorldOptions): Promise<RunningWorld> {
  const clock = options.clock ?? Date.now
  const credentials = { ...defaultCredentials, ...options.credentials }
  const world = createWorld(credentials, { clock, ...options })
  const app = new Hono()
  const services = servicesOf(world, credentials)
  for (const service of services) app.route(`/${service.name}`, mountService(service, world))
  app.route('/control', createControl(world, services))

  const server = await listen(app, options.port)
  const watching = setInterval(world.heartbeat.look, 1000)
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
