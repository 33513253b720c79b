import { Agent, createServer, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { bundle } from '../support/bundle.ts'
import { type Program, start } from '../support/process.ts'

/** A few in every test run; `npm run restarts -w api` does a hundred. */
const RESTARTS = Number(process.env.RESTARTS ?? 3)
const CLIENTS = 20
/** How long a cluster still sends new connections to a pod that is ending. */
const ENDPOINT_DELAY_MS = 300

const backend = useBackend()

/**
 * A proxy as it stands in front of a Service: it keeps connections for as long as cloudflared does and
 * does not repeat a request. A new connection goes to a replica that is ready; an open one stays where
 * it is, whatever becomes of the replica.
 */
async function startProxy(ready: () => Program) {
  const agent = new Agent({ keepAlive: true, keepAliveMsecs: 90_000, maxSockets: CLIENTS })
  agent.createConnection = (_options, callback) => {
    const { hostname, port } = new URL(ready().url)
    const socket = connect(Number(port), hostname)
    callback?.(null, socket)
    return socket
  }
  const failures: string[] = []
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming
    const upstream = request({ agent, host: 'service', method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502)
      answer.pipe(outgoing)
    })
    upstream.on('error', (error: NodeJS.ErrnoException) => {
      failures.push(`${error.code} ${error.message}`)
      outgoing.writeHead(502).end()
    })
    incoming.pipe(upstream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    agent.destroy()
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, failures }
}

it(
  `loses no request over ${RESTARTS} restarts behind a proxy that keeps connections`,
  async () => {
    const built = await bundle()
    onTestFinished(built.remove)
    const environment = { ...backend.environment, SHUTDOWN_GRACE_SECONDS: '10' }
    const startReplica = () => start(built.file('api'), environment)

    let current = await startReplica()
    const proxy = await startProxy(() => current)
    let running = true
    let answered = 0
    const unexpected: number[] = []
    const client = async () => {
      const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }
      while (running) {
        const { status } = await fetch(`${proxy.url}/api/operators`, init)
        if (status === 401) answered++
        else unexpected.push(status)
        await pause(10 * Math.random())
      }
    }
    onTestFinished(() => {
      running = false
    })
    const clients = Array.from({ length: CLIENTS }, client)
    for (let restart = 0; restart < RESTARTS; restart++) {
      const next = await startReplica()
      const old = current
      old.signal('SIGTERM')
      await pause(ENDPOINT_DELAY_MS)
      current = next
      expect(await old.ended).toBe(0)
    }
    running = false
    await Promise.all(clients)

    if (process.env.RESTARTS) {
      console.log(
        `${unexpected.length} of ${answered + unexpected.length} requests lost over ${RESTARTS} restarts`,
      )
    }
    expect({ failures: proxy.failures, unexpected }).toEqual({ failures: [], unexpected: [] })
    expect(answered).toBeGreaterThan(10 * RESTARTS)
  },
  60_000 + RESTARTS * 20_000,
)

it('keeps an idle connection longer than proxies do', async () => {
  const response = await fetch(`${backend.url}/_liveness`)
  const [, seconds] = /timeout=(\d+)/.exec(response.headers.get('keep-alive') ?? '') ?? []
  expect(Number(seconds)).toBeGreaterThan(90)
})
