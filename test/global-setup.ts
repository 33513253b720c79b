import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createPart } from '../stack/src/parts/part.ts'
import { postgresPart } from '../stack/src/postgres/spec.ts'
import { TEST_SERVER } from '../stack/src/postgres/test-database.ts'
import { freePort } from '../stack/src/process/ports.ts'
import { claimRunFolder } from '../stack/src/process/run-folder.ts'

const RUNS = join(import.meta.dirname, '..', '.stack', 'tests')

/** One PostgreSQL for the whole test run; each test file makes a database of its own on it. */
export default async function setup(): Promise<() => Promise<void>> {
  const existing = process.env.DATABASE_URL
  if (existing !== undefined) {
    process.env[TEST_SERVER] = existing
    return async () => {}
  }
  await removeKilledRuns()
  const folder = join(RUNS, String(process.pid))
  const run = await claimRunFolder(join(folder, 'run'))
  const { spec, url } = await postgresPart({
    folder,
    log: join(folder, 'postgres.log'),
    port: await freePort(),
  })
  const server = createPart(spec, { onStart: run.record, onDeath: () => {} })
  await server.start()
  process.env[TEST_SERVER] = url
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A run that was killed left its server behind; one that is still going is left alone. */
async function removeKilledRuns(): Promise<void> {
  for (const name of foldersIn(RUNS)) {
    try {
      await claimRunFolder(join(RUNS, name, 'run'))
      rmSync(join(RUNS, name), { recursive: true, force: true })
    } catch {}
  }
}

function foldersIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
