import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { createLog, migrate, openPool } from '@verifluence/api/testing'
import { fakesEnvironment } from '@verifluence/fakes'
import { atMost, type Bench, seen } from './result.ts'
import { median } from './rounds.ts'
import { startKick } from './viewer-poll/kick.ts'
import type { Run } from './viewer-poll/runs.ts'
import { withPostgres } from './with-postgres.ts'

const STREAMERS = 10_000
/** Kick's allowance, at which one run has to end before the next one is due. */
const ALLOWANCE = 300
const MINUTE = 60
/** For the memory the allowance is lifted: sixty runs would take an hour otherwise. */
const RUNS = 60
const UNLIMITED = 60_000
/** The first runs fill caches and compile; growth is measured after them. */
const WARM_UP = 10
const FLAT_PERCENT = 5

const log = createLog('worker', 'silent')

/** viewer-poll with 10,000 active streamers: within a minute at 300 requests a minute, in flat memory. */
export const viewerPollBench: Bench = (show) =>
  withPostgres(async (databaseUrl) => {
    await migrate(databaseUrl, log)
    await addStreamers(databaseUrl)
    const kick = await startKick()
    const poll = (runs: number, requestsPerMinute: number) =>
      measure(runs, {
        ...fakesEnvironment('http://unused.test'),
        DATABASE_URL: databaseUrl,
        KICK_API_URL: kick.url,
        KICK_OAUTH_URL: kick.url,
        KICK_REQUESTS_PER_MINUTE: String(requestsPerMinute),
      })
    try {
      show(`viewer-poll: ${STREAMERS} live channels, ${ALLOWANCE} requests a minute allowed …`)
      const [paced] = await poll(1, ALLOWANCE)
      if (paced?.live !== STREAMERS) throw new Error(`only ${paced?.live} channels were polled`)
      show(`viewer-poll: ${RUNS} runs for the memory …`)
      const runs = await poll(RUNS, UNLIMITED)
      const heap = runs.map((run) => run.heap)
      const early = median(heap.slice(WARM_UP, 2 * WARM_UP))
      const late = median(heap.slice(-WARM_UP))
      return [
        atMost(MINUTE, {
          name: 'viewer-poll, 10,000 streamers at 300 requests/min',
          value: paced.seconds,
          unit: 's',
        }),
        atMost(FLAT_PERCENT, {
          name: 'viewer-poll, heap growth over 60 runs',
          value: 100 * (late / early - 1),
          unit: '%',
        }),
        seen({ name: 'viewer-poll, heap after 60 runs', value: late, unit: 'MiB' }),
        seen({
          name: 'viewer-poll, resident memory after 60 runs',
          value: runs.at(-1)?.rss ?? 0,
          unit: 'MiB',
        }),
        seen({
          name: 'viewer-poll, one run without allowance',
          value: median(runs.map((run) => run.seconds)),
          unit: 's',
        }),
      ]
    } finally {
      kick.close()
    }
  })

async function addStreamers(databaseUrl: string): Promise<void> {
  const db = openPool({
    url: databaseUrl,
    name: 'bench',
    size: 1,
    connectMs: 5_000,
    statementMs: 60_000,
    log,
  })
  await db.query(
    `with account as (
       insert into accounts (email) select n || '@example.test' from generate_series(1, $1) as n returning id
     ), streamer as (
       insert into streamers (account_id, name) select id, 'Streamer' from account returning id
     )
     insert into streamer_channels (streamer_id, kick_user_id, slug)
     select id, 1000000 + id, 'streamer-' || 1000000 + id from streamer`,
    [STREAMERS],
  )
  await db.end()
}

async function measure(runs: number, env: Readonly<Record<string, string>>): Promise<Run[]> {
  const measured: Run[] = []
  const child = fork(
    fileURLToPath(new URL('viewer-poll/runs.ts', import.meta.url)),
    [String(runs)],
    {
      execArgv: ['--conditions=source'],
      env: { PATH: process.env.PATH, ...env },
    },
  )
  child.on('message', (run: Run) => measured.push(run))
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`viewer-poll ended with ${code} after ${measured.length} runs`)
  return measured
}
