import pg from 'pg'
import type { ServiceSpec } from '../process/service.ts'
import { openCluster } from './cluster.ts'

export type PostgresOptions = {
  /** Where data and password are kept. */
  readonly folder: string
  readonly log: string
  readonly port: number
  /** Ends the making of the files early. */
  readonly signal?: AbortSignal
}

/** What the spec starts, and the administrator's address of it (database `postgres`). */
export type PostgresPart = { readonly spec: ServiceSpec; readonly url: string }

/**
 * Small, and without waiting for the disk: a power cut may take what is kept here. A killed server must
 * not, so a commit still waits until the system has it.
 */
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=32MB',
  'max_connections=200',
  'jit=off',
  'log_checkpoints=off',
  'fsync=off',
  'full_page_writes=off',
]

/**
 * A throwaway PostgreSQL on the loopback address, from the programs of the npm package.
 *
 * @throws UserError when its files cannot be made.
 */
export async function postgresService(options: PostgresOptions): Promise<PostgresPart> {
  const { log, port } = options
  const { data, password, binaries, invoke } = await openCluster(options)
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const settings = SETTINGS.flatMap((setting) => ['-c', setting])
  const spec: ServiceSpec = {
    name: 'postgres',
    command: () => ({
      name: 'postgres',
      log,
      ...invoke(binaries.postgres, ['-D', data, '-p', String(port), ...settings]),
    }),
    isHealthy: () => answersQuery(url),
    // The backends of a killed server take a moment to exit.
    isTransientExit: (lastLines) =>
      lastLines.some((line) => line.includes('pre-existing shared memory block')),
    // Smart shutdown would wait for clients; this one cuts them off and loses nothing.
    stopSignal: 'SIGINT',
  }
  return { spec, url }
}

/** @throws the connection's error when the server cannot be used. */
export async function answersQuery(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end().catch(() => {})
  }
}
