/**
 * Runs one job now, under the same lock as the schedule, and stores its heartbeat:
 *
 *   run-job chat-export
 *   run-job daily-maintenance --lift-limits    although the job says that a person should look first
 *
 * Takes the worker's environment. A running worker reads the new heartbeat within a minute.
 */
import { readConfig, workerEnvironment } from './config.ts'
import { jobFunctions } from './jobs/job-functions.ts'
import { createLog } from './log.ts'
import { openJobs } from './open-jobs.ts'
import { jobNames } from './telemetry/jobs.ts'

const LIFT_LIMITS = '--lift-limits'
const [wanted, option, ...more] = process.argv.slice(2)
const job = jobNames.find((name) => name === wanted)
if ((option !== undefined && option !== LIFT_LIMITS) || more.length > 0) {
  console.error(
    `"${[option, ...more].join(' ')}" is not an option: the only one is ${LIFT_LIMITS}.`,
  )
  process.exit(1)
}
if (job === undefined) {
  console.error(`"${wanted ?? ''}" is no job: name one of ${jobNames.join(', ')}.`)
  process.exit(1)
}

const config = readConfig(workerEnvironment, process.env)
const log = createLog('worker', config.LOG_LEVEL).child({ job })
const { db, metrics, context } = openJobs({ config, log, name: 'run-job', lockForMs: 0 })
const leaving = new AbortController()
process.once('SIGINT', () => leaving.abort(new Error('interrupted')))
process.once('SIGTERM', () => leaving.abort(new Error('interrupted')))

const run = metrics.polls.instrumentPoll(job, async () => {
  return await jobFunctions[job]({
    ...context,
    liftLimits: option === LIFT_LIMITS,
    signal: leaving.signal,
  })
})
try {
  await metrics.polls.load()
  const items = await run()
  if (items === undefined) throw new Error('another replica is running it')
  console.log(`${job} is done: ${items} items.`)
} catch (error) {
  console.error(`${job} failed: ${error instanceof Error ? error.message : error}.`)
  process.exitCode = 1
} finally {
  await metrics.polls.flush()
  await db.end()
}
