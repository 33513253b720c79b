/**
 * Runs one job now instead of waiting for its time, under the same lock, and keeps its heartbeat:
 *
 *   node --conditions=source --import tsx api/src/run-job.ts chat-export
 *
 * It takes the worker's environment. A worker learns of the success within a minute.
 */
import { createWorkerClients } from './clients/worker-clients.ts'
import { readConfig, workerEnvironment } from './config.ts'
import { openPool } from './db/pool.ts'
import { jobFunctions } from './jobs/index.ts'
import { jobNames } from './jobs/table.ts'
import { createLog } from './log.ts'
import { createWorkerMetrics } from './metrics.ts'

const [wanted] = process.argv.slice(2)
const job = jobNames.find((name) => name === wanted)
if (job === undefined) {
  console.error(`"${wanted ?? ''}" is no job: name one of ${jobNames.join(', ')}.`)
  process.exit(1)
}

const config = readConfig(workerEnvironment, process.env)
const log = createLog('worker', config.LOG_LEVEL).child({ job })
const db = openPool({
  url: config.DATABASE_URL,
  name: 'run-job',
  size: 10,
  connectMs: 5000,
  statementMs: 60_000,
  log,
})
const metrics = createWorkerMetrics({
  log,
  db,
  databaseUrl: config.DATABASE_URL,
  version: config.BUILD_VERSION,
  revision: config.BUILD_REVISION,
})
const leaving = new AbortController()
process.once('SIGINT', () => leaving.abort(new Error('interrupted')))
process.once('SIGTERM', () => leaving.abort(new Error('interrupted')))

const run = metrics.polls.instrumentPoll(job, async () => {
  await jobFunctions[job]({
    db,
    log,
    now: () => new Date(),
    clients: createWorkerClients({ config, fetchFor: metrics.fetchFor, db }),
    reportLiveStreams: metrics.reportLiveStreams,
    signal: leaving.signal,
  })
  return 'done'
})
try {
  await metrics.polls.load()
  const ended = await run()
  if (ended === undefined) throw new Error('another replica is running it')
  console.log(`${job} is done.`)
} catch (error) {
  console.error(`${job} failed: ${error instanceof Error ? error.message : error}.`)
  process.exitCode = 1
} finally {
  await metrics.polls.flush()
  await db.end()
}
