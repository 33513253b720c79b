// A server of its own for each contender: neither's garbage is the other's pause.
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { type Contender, type ContenderName, contenders } from './contenders.ts'

/** What a server says when it is asked, and once when it is ready. */
export interface ServerNews {
  readonly port: number
  /** Processor time used so far, in microseconds. */
  readonly cpu: number
  readonly requests: number
}

const name = process.argv[2] as ContenderName
const { app, attach }: Contender = contenders[name]()
let requests = 0
const server = createAdaptorServer({ fetch: app.fetch }) as Server
server.on('request', () => requests++)
attach?.(server)
server.listen(0, '127.0.0.1', () => {
  process.on('message', tell)
  tell()
})
process.on('disconnect', () => process.exit(0))

function tell() {
  const { user, system } = process.cpuUsage()
  const { port } = server.address() as AddressInfo
  process.send?.({ port, cpu: user + system, requests } satisfies ServerNews)
}
