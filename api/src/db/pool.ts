import { Pool } from 'pg'
import type { Logger } from 'pino'

export interface PoolOptions {
  readonly url: string
  /** Shown in `pg_stat_activity`. */
  readonly name: string
  readonly size: number
  /** How long a caller waits for a connection. */
  readonly connectMs: number
  /** After this the server cancels a statement. */
  readonly statementMs: number
  readonly log: Logger
}

/** A pool whose connections may die without taking the process with them. */
export function openPool(options: PoolOptions): Pool {
  const pool = new Pool({
    connectionString: options.url,
    application_name: options.name,
    max: options.size,
    connectionTimeoutMillis: options.connectMs,
    statement_timeout: options.statementMs,
    // Also when the server is gone without a word and cannot cancel anything any more.
    query_timeout: options.statementMs + 1000,
    keepAlive: true,
  })
  // A connection that breaks while it is in use fails its queries and then emits an error; without a
  // listener of its own that second telling would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', (error) => {
    options.log.warn({ err: error.message, pool: options.name }, 'idle connection lost')
  })
  return pool
}
