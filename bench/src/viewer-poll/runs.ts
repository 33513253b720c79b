/**
 * The process that is measured: runs viewer-poll as often as its argument says and reports each run to its
 * parent. Alone in its process, so that the memory is the job's.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { readConfig, workerEnvironment } from '@verifluence/api/config'
import {
  createLog,
  createWorkerClients,
  createWorkerMetrics,
  openPool,
  viewerPoll,
} from '@verifluence/api/testing'

/** What is reported of one run. */
export interface Run {
  readonly seconds: number
  readonly live: number
  /** After garbage collection, in MiB. */
  readonly heap: number
  readonly rss: number
}

const MIB = 2 ** 20
setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const config = readConfig(workerEnvironment, process.env)
const log = createLog('worker', 'silent')
const db = openPool({
  url: config.DATABASE_URL,
  name: 'bench',
  size: 10,
  connectMs: 5_000,
  statementMs: 60_000,
  log,
})
const { fetchFor } = createWorkerMetrics({
  log,
  db,
  databaseUrl: config.DATABASE_URL,
  version: 'bench',
  revision: 'bench',
})
const clients = createWorkerClients({ config, fetchFor, db })
const { signal } = new AbortController()

for (let run = 0; run < Number(process.argv[2]); run++) {
  let live = 0
  const startedAt = performance.now()
  await viewerPoll({
    db,
    log,
    clients,
    signal,
    now: () => new Date(),
    liftLimits: false,
    reportLiveStreams: (count) => {
      live = count
    },
  })
  const seconds = (performance.now() - startedAt) / 1000
  collectGarbage()
  const { heapUsed, rss } = process.memoryUsage()
  const measured: Run = { seconds, live, heap: heapUsed / MIB, rss: rss / MIB }
  process.send?.(measured)
}
await db.end()
process.exit()
