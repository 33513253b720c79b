import { join } from 'node:path'
import { postgresService } from '../postgres/spec.ts'
import { TEST_SERVER } from '../postgres/test-database.ts'
import { freePort } from '../process/ports.ts'
import { claimRunFolder, type RunFolder } from '../process/run-folder.ts'
import { createService, type Service } from '../process/service.ts'
import { RUNS, removeKilledRuns, removeRun } from './runs.ts'

/** One folder and one PostgreSQL for the whole test run; each test file makes a database of its own on it. */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.features.typescript === undefined || process.features.typescript === false) {
    throw new Error(
      `Node ${process.versions.node} cannot run TypeScript, and the tests start programs of this project: run them with "npm test -- FILE …", which brings a newer Node.`,
    )
  }
  await removeKilledRuns()
  const folder = join(RUNS, String(process.pid))
  const run = await claimRunFolder(join(folder, 'run'))
  // Temporary folders of tests are found again below the run's own.
  process.env.TMPDIR = folder
  // On Ctrl-C Vitest exits without the teardown below, which must then be synchronous.
  const endAtOnce = () => removeRun(folder)
  process.once('exit', endAtOnce)
  const server = await startServer(folder, run)
  return async () => {
    await server?.stop()
    process.removeListener('exit', endAtOnce)
    endAtOnce()
  }
}

/** None, where `DATABASE_URL` names one to use. */
async function startServer(folder: string, run: RunFolder): Promise<Service | undefined> {
  const existing = process.env.DATABASE_URL
  if (existing !== undefined) {
    process.env[TEST_SERVER] = existing
    return undefined
  }
  const { spec, url } = await postgresService({
    folder: join(folder, 'postgres'),
    log: join(folder, 'postgres.log'),
    port: await freePort(),
  })
  const server = createService(spec, { onStart: run.record, onExit: () => {} })
  await server.start()
  process.env[TEST_SERVER] = url
  return server
}
