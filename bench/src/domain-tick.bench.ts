import { createLog, migrate } from '@verifluence/api/testing'
import { freePort } from '@verifluence/testkit'
import { fill } from './domain-tick/fill.ts'
import { askWhoIAm } from './domain-tick/signed-in.ts'
import { atMost, type Bench, seen } from './result.ts'
import { median } from './rounds.ts'
import { openConnections } from './sender/connections.ts'
import { type Exchange, pace, quantile } from './sender/pace.ts'
import { apiEnvironmentFor, type ServerProcess, startServer } from './server-process.ts'
import { withPostgres } from './with-postgres.ts'

const ROWS = 1_000_000
const TICKS = 15
const ROUNDS = 8
const PER_SECOND = 100
/** One window: long enough for a p99 of its own. */
const REQUESTS = 200

/** A domain tick over a million rows a table, and what it costs the api's callers. */
export const domainTickBench: Bench = (show) =>
  withPostgres(async (databaseUrl) => {
    await migrate(databaseUrl, createLog('api', 'silent'))
    show(`domain tick: ${ROWS} rows a table …`)
    await fill(databaseUrl, ROWS)
    const request = await askWhoIAm(databaseUrl)
    const port = await freePort()
    const env = apiEnvironmentFor(databaseUrl, port, 'http://127.0.0.1:9')
    const api = await startServer('domain-tick/api-child.ts', { port, env })
    try {
      show('domain tick: ticks by themselves …')
      const ticks: number[] = []
      for (let tick = -1; tick < TICKS; tick++) {
        const milliseconds = await api.ask('tick')
        if (tick >= 0) ticks.push(milliseconds / 1_000)
      }
      show('domain tick: requests with ticks and without …')
      const { quiet, quietAgain, ticking } = await windows(api, port, request)
      return [
        atMost(1, {
          name: 'domain tick, 5 tables of 1,000,000 rows',
          value: median(ticks),
          unit: 's',
          note: `longest ${Math.max(...ticks).toFixed(2)}`,
        }),
        seen({
          name: "api's p99, tick after tick next to none",
          value: p99(ticking) / p99(quiet),
          unit: '',
          note: `${p99(ticking).toFixed(1)} ms of ${p99(quiet).toFixed(1)} ms`,
        }),
        seen({
          name: "api's p99, none next to none",
          value: p99(quietAgain) / p99(quiet),
          unit: '',
        }),
        seen({
          name: "api's median, tick after tick next to none",
          value: p50(ticking) / p50(quiet),
          unit: '',
          note: `${p50(ticking).toFixed(2)} ms of ${p50(quiet).toFixed(2)} ms`,
        }),
      ]
    } finally {
      await api.stop()
    }
  })

/** Windows of requests in turns, in changing order: with ticks, without, and without once more. */
async function windows(api: ServerProcess, port: number, request: Buffer) {
  const connections = openConnections(port)
  const requests = Array<Buffer>(REQUESTS).fill(request)
  const seen = { quiet: [] as Exchange[], ticking: [] as Exchange[], quietAgain: [] as Exchange[] }
  const order = ['quiet', 'ticking', 'quietAgain'] as const
  for (let round = -1; round < ROUNDS; round++) {
    for (let turn = 0; turn < order.length; turn++) {
      const window = order[(round + 1 + turn) % order.length] ?? 'quiet'
      // Ends the ticking, so that every window starts with none under way.
      await api.ask('tick')
      if (window === 'ticking') api.send('tick after tick')
      const exchanges = await pace(connections, requests, PER_SECOND)
      if (exchanges.some(({ status }) => status !== 200)) throw new Error('a request failed')
      if (round >= 0) seen[window].push(...exchanges)
    }
  }
  connections.close()
  return seen
}

const times = (exchanges: readonly Exchange[]) => exchanges.map(({ milliseconds }) => milliseconds)
const p99 = (exchanges: readonly Exchange[]) => quantile(0.99, times(exchanges))
const p50 = (exchanges: readonly Exchange[]) => quantile(0.5, times(exchanges))
