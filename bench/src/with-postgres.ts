import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPart } from '../../stack/src/parts/part.ts'
import { postgresPart } from '../../stack/src/postgres/spec.ts'
import { freePort } from '../../stack/src/process/ports.ts'

/** Lends `work` the address of a PostgreSQL that exists for as long as it runs. */
export async function withPostgres<T>(work: (url: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'verifluence-bench-'))
  const { spec, url } = postgresPart({
    folder,
    log: join(folder, 'postgres.log'),
    port: await freePort(),
  })
  const server = createPart(spec, { onStart: () => {}, onDeath: () => {} })
  await server.start()
  try {
    return await work(url)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
