import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'
import { Client } from 'pg'
import type { Logger } from 'pino'

/** Nothing else is logged before the ports are open. */
const STILL_WAITING_MS = 5_000

const folder = fileURLToPath(new URL('./migrations', import.meta.url))

/**
 * Brings the database to the newest version. Processes that start together wait for each other.
 * @throws Error with the database's address (never its password) when it cannot be reached.
 */
export async function migrate(url: string, log: Logger): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  await client.connect().catch((error: Error) => {
    throw new Error(
      `The database at ${addressOf(url)} cannot be reached (${reasonOf(error)}): start it, or correct DATABASE_URL.`,
    )
  })
  const startedAt = performance.now()
  const waiting = setInterval(() => {
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    log.info({ seconds }, 'waiting for the database migration, here or in another process')
  }, STILL_WAITING_MS)
  try {
    const done = await runner({
      dbClient: client,
      dir: folder,
      direction: 'up',
      migrationsTable: 'schema_migrations',
      advisoryLockMode: 'wait',
      logger: quietly(log),
    })
    if (done.length > 0) log.info({ migrations: done.map(({ name }) => name) }, 'database migrated')
  } finally {
    clearInterval(waiting)
    await client.end()
  }
}

function quietly(log: Logger) {
  return {
    debug: () => {},
    info: () => {},
    warn: (message: string) => log.warn(message),
    error: (message: string) => log.error(message),
  }
}

function addressOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}

/** A refused connection to several addresses has its message in its parts. */
function reasonOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(String).join(', ') : error.message
}
