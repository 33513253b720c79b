import { randomBytes } from 'node:crypto'
import pg from 'pg'

/** Where the test run tells its workers which server to use. */
export const TEST_SERVER = 'TEST_DATABASE_SERVER'

export type TestDatabase = {
  readonly url: string
  /** Cuts remaining connections and removes the database. */
  readonly drop: () => Promise<void>
}

/**
 * An empty database of the caller's own on the server of this test run.
 *
 * @throws Error outside a test run, where no such server exists.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env[TEST_SERVER]
  if (server === undefined) {
    throw new Error(`${TEST_SERVER} is not set: test databases exist only in a run of "npm test"`)
  }
  const name = `test_${randomBytes(6).toString('hex')}`
  await administer(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => administer(server, `drop database ${name} with (force)`) }
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
