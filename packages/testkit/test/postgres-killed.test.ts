import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { postgresService } from '../src/postgres/spec.ts'
import { freePort } from '../src/process/ports.ts'
import { createService } from '../src/process/service.ts'
import { temporaryFolder } from '../src/vitest/temporary-folder.ts'

test('a PostgreSQL that is killed just after a commit still has what was committed', async () => {
  const folder = temporaryFolder()
  onTestFinished(folder.remove)
  const options = { folder: folder.path, log: join(folder.path, 'log'), port: await freePort() }
  const { spec, url } = await postgresService(options)
  const postgres = createService(spec, { onStart: () => {}, onExit: () => {} })
  onTestFinished(postgres.kill)

  await postgres.start()
  await ask(url, 'create table kept (id int)')
  await postgres.kill()
  await postgres.start()
  expect(await ask(url, `select to_regclass('kept')::text as name`)).toEqual([{ name: 'kept' }])
}, 60_000)

async function ask(url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client(url)
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query(statement)
  // The server is killed before a clean disconnect.
  void client.end().catch(() => {})
  return rows
}
