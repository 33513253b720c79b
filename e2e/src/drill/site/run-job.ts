import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { JobName } from '@verifluence/api/jobs'
import { workerSpec } from '@verifluence/local'
import { nodeCommand } from '@verifluence/testkit'
import type { WholeSite } from './site.ts'

/**
 * Runs a job at once by the command that is there for people.
 *
 * @throws Error with what the command said, when the job failed.
 */
export async function runJob(site: WholeSite, job: JobName): Promise<void> {
  const plan = { ...site, databaseUrl: site.database.url }
  const { env = {} } = await workerSpec(plan).command()
  const { command, args } = nodeCommand('run-job', 'api/src/run-job.ts', { log: '', env })
  await promisify(execFile)(command, [...args, job], { env: { ...env } })
}
