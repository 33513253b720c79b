import { join } from 'node:path'
import pg from 'pg'
import { type Child, startChild } from '../process/child.ts'
import { until } from '../until.ts'
import { openCluster } from './cluster.ts'

export type PostgresOptions = {
  /** Where data, password and log are kept. */
  readonly folder: string
  readonly port: number
  /** For data nobody will miss: commits do not wait for the disk. */
  readonly throwaway?: boolean
}

export type PostgresServer = {
  /** The administrator's connection address, with the database `postgres`. */
  readonly url: string
  readonly child: Child
  /** A fast shutdown: connections are cut, nothing is lost. */
  readonly stop: () => Promise<void>
}

const SMALL = ['shared_buffers=32MB', 'jit=off', 'log_checkpoints=off', 'max_connections=200']
const THROWAWAY = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']

/**
 * Starts PostgreSQL on the loopback address and resolves when it answers a query.
 *
 * @throws Sentence or Error naming the fault, with the server's last log lines.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const { folder, port, throwaway = false } = options
  const { data, password, binaries, invoke } = openCluster(folder)
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    ...SMALL,
    ...(throwaway ? THROWAWAY : []),
  ]
  const child = await startChild({
    name: 'postgres',
    log: join(folder, 'postgres.log'),
    ...invoke(binaries.postgres, [
      '-D',
      data,
      '-p',
      String(port),
      ...settings.flatMap((setting) => ['-c', setting]),
    ]),
  })
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const stop = async () => {
    await child.stop(10_000, 'SIGINT')
  }
  try {
    await until('PostgreSQL answers', () => answers(url, child), { withinMs: 30_000, everyMs: 50 })
  } catch (error) {
    await stop()
    throw new Error([String(error), ...child.lastLines(5)].join('\n  '))
  }
  return { url, child, stop }
}

async function answers(url: string, child: Child): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 })
  if (child.hasExited()) return false
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } finally {
    await client.end().catch(() => {})
  }
}
