import pg from 'pg'
import { expect, test } from 'vitest'
import { createTestDatabase } from '../src/postgres/test-database.ts'

test('each test database is empty, separate, and gone after drop even while clients are connected', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()])
  const client = new pg.Client(one.url)
  client.on('error', () => {})
  await client.connect()
  await client.query('create table only_here (id int)')

  expect(await tablesOf(one.url)).toEqual(['only_here'])
  expect(await tablesOf(other.url)).toEqual([])

  await Promise.all([one.drop(), other.drop()])
  await expect(tablesOf(one.url)).rejects.toThrow('does not exist')
})

async function tablesOf(url: string): Promise<string[]> {
  const client = new pg.Client(url)
  await client.connect()
  try {
    const { rows } = await client.query<{ tablename: string }>(
      `select tablename from pg_tables where schemaname = 'public'`,
    )
    return rows.map((row) => row.tablename)
  } finally {
    await client.end()
  }
}
