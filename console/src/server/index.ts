import { createServer } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { createApp } from './app.ts'
import { builtApp } from './build.ts'
import { readDocs } from './docs.ts'
import { createFakes } from './fakes.ts'
import type { Fault } from './faults.ts'
import { createLive } from './live.ts'
import { createLogs } from './logs.ts'
import { createAlertmanager, createPrometheus } from './upstream.ts'

export type { Fault } from './faults.ts'
export type { Channel, Expected } from './state.ts'
export { builtApp }

const PROJECT = join(import.meta.dirname, '..', '..', '..')
const DASHBOARDS = join(PROJECT, 'operations', 'clusters', 'prod', 'monitoring', 'dashboards')

export interface ConsoleOptions {
  readonly port: number
  /** Base URLs, without a slash at the end. */
  readonly prometheus: string
  readonly alertmanager: string
  /** Of the fake external services. */
  readonly fakes?: string
  /** Whether messages go to the fake Telegram, which hands them back. Default: where there are fakes. */
  readonly hasMessages?: boolean
  /** What can be broken; none over an environment that is not ours to break. */
  readonly faults?: readonly Fault[]
  /** The folder with the processes' log files. */
  readonly logs?: string
  readonly canSilence: boolean
  readonly docs?: string
  readonly dashboards?: string
}

export interface Console {
  readonly url: string
  readonly stop: () => Promise<void>
}

/**
 * Starts the console on 127.0.0.1. It serves as soon as it returns, whether or not the services that it
 * shows answer yet.
 *
 * @throws Error where the port is taken
 */
export async function startConsole({
  port,
  faults = [],
  docs: docsFolder = join(PROJECT, 'docs'),
  dashboards = DASHBOARDS,
  ...options
}: ConsoleOptions): Promise<Console> {
  await refuseTakenPort(port)
  const built = await builtApp()
  const prometheus = createPrometheus(options.prometheus)
  const alertmanager = createAlertmanager(options.alertmanager)
  const live = createLive({
    prometheus,
    alertmanager,
    faults,
    ...(options.fakes && { fakes: createFakes(options.fakes) }),
  })
  const app = createApp({
    built,
    live,
    prometheus,
    alertmanager,
    docs: readDocs(docsFolder),
    docsFolder,
    dashboards,
    ...(options.logs && { logs: createLogs(options.logs) }),
    setup: {
      faults: faults.map(({ cause: _, ...data }) => data),
      canSilence: options.canSilence,
      hasMessages: options.hasMessages ?? options.fakes !== undefined,
      hasLogs: options.logs !== undefined,
    },
    hosts: [`127.0.0.1:${port}`, `localhost:${port}`],
  })
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port })
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await live.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        // An open stream would keep it for ever.
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}

function refuseTakenPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', () =>
      reject(new Error(`Port ${port} is taken: stop what listens there, or set CONSOLE_PORT.`)),
    )
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  })
}
