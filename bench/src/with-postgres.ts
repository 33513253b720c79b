import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createService, freePort } from '@verifluence/testkit'
import { postgresService } from '@verifluence/testkit/postgres'

/** What the stack's PostgreSQL leaves out and a real one does: a commit has reached the disk. */
const DURABLE = ['fsync=on', 'synchronous_commit=on', 'full_page_writes=on']

/**
 * Lends `work` the address of a PostgreSQL that exists for as long as it runs. One that is `durable`
 * waits for the disk, where that is part of what is measured.
 */
export async function withPostgres<T>(
  work: (url: string) => Promise<T>,
  { durable = false } = {},
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'verifluence-bench-'))
  const { spec, url } = await postgresService({
    folder,
    log: join(folder, 'postgres.log'),
    port: await freePort(),
  })
  const command = async () => {
    const given = await spec.command()
    const settings = durable ? DURABLE.flatMap((setting) => ['-c', setting]) : []
    return { ...given, args: [...given.args, ...settings] }
  }
  const server = createService({ ...spec, command }, { onStart: () => {}, onExit: () => {} })
  await server.start()
  try {
    return await work(url)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
