import { createLog, migrate } from '@verifluence/api/testing'
import { freePort } from '@verifluence/testkit'
import { openConnection } from '../connection.ts'
import { type Connections, openConnections } from '../sender/connections.ts'
import { apiEnvironmentFor, type ServerProcess, startServer } from '../server-process.ts'
import { type Inbox, openInbox } from './inbox.ts'

/** A server that takes deliveries, and the inbox it puts them into. */
export interface Side {
  readonly connections: Connections
  readonly inbox: Inbox
  stop(): Promise<void>
}

/** The api process as it is deployed, with the log level it has there. */
export async function startApi(serverUrl: string, kickUrl: string): Promise<Side> {
  const url = await createDatabase(serverUrl, 'receiver')
  const port = await freePort()
  const env = apiEnvironmentFor(url, port, kickUrl)
  return await sideOf(await startServer('../../api/src/server.ts', { port, env }), url)
}

/** The route that only inserts, in one of its two ways. */
export async function startBare(serverUrl: string, inserts: 'shared' | 'single'): Promise<Side> {
  const url = await createDatabase(serverUrl, inserts)
  await migrate(url, createLog('api', 'silent'))
  const port = await freePort()
  const args = [url, String(port), inserts]
  return await sideOf(await startServer('receiver/bare-child.ts', { port, args }), url)
}

async function createDatabase(serverUrl: string, name: string): Promise<string> {
  const client = openConnection(serverUrl)
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return url.href
}

async function sideOf(server: ServerProcess, url: string): Promise<Side> {
  const inbox = await openInbox(url)
  const connections = openConnections(server.port)
  return {
    connections,
    inbox,
    stop: async () => {
      connections.close()
      await inbox.close()
      await server.stop()
    },
  }
}
