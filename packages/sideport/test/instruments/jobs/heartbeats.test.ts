import { createTestDatabase, type TestDatabase } from '@verifluence/testkit/postgres'
import fc from 'fast-check'
import pg from 'pg'
import {
  createMemoryHeartbeats,
  createPostgresHeartbeats,
  HEARTBEAT_TABLE,
  type Heartbeat,
  type HeartbeatStore,
} from 'sideport'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createStillClock, gate, soon, startWorker } from './support.ts'

const NOW = 1_700_000_000
const HOUR = 3600
const DAY = 24 * HOUR

let database: TestDatabase
let pool: pg.Pool
const pools: pg.Pool[] = []

beforeAll(async () => {
  database = await createTestDatabase()
})
beforeEach(async () => {
  // A schema for each test: a heartbeat that the previous one did not wait for stays in its own.
  const schema = `test_${pools.length}`
  pool = new pg.Pool({
    connectionString: database.url,
    options: `-c search_path=${schema}`,
    max: 4,
  })
  pool.on('connect', (client) => client.on('error', () => {}))
  pool.on('error', () => {})
  pools.push(pool)
  await pool.query(`create schema ${schema}`)
  await pool.query(HEARTBEAT_TABLE)
})
afterAll(async () => {
  await Promise.all(pools.map((each) => each.end()))
  await database.drop()
})

describe.each([
  ['memory', () => createMemoryHeartbeats()],
  ['PostgreSQL', () => createPostgresHeartbeats(pool)],
] as const)('heartbeats in %s', (_where, createStore) => {
  it('pitfalls 3, 7: give a new process the last success of a job before its first run', async () => {
    const store = createStore()
    const clock = createStillClock(NOW)
    const before = startWorker({ store, clock })
    await before.load()
    await before.instrumentPoll('daily', () => 'done')()
    await before.flush()

    clock.pass(DAY)
    const after = startWorker({ store, clock })
    await after.load()
    expect(await after.shows('daily')).toMatchObject({
      last_success_timestamp_seconds: NOW,
      last_run_timestamp_seconds: NOW,
      registered_timestamp_seconds: NOW,
    })
    await expect(
      after.instrumentPoll('daily', () => Promise.reject(new Error('broken')))(),
    ).rejects.toThrow()
    expect(await after.shows('daily')).toMatchObject({
      last_success_timestamp_seconds: NOW,
      last_run_timestamp_seconds: NOW + DAY,
    })
  })

  it('pitfall 4: remember since when a job that never succeeded has been known', async () => {
    const store = createStore()
    const clock = createStillClock(NOW)
    await startWorker({ store, clock }).load()
    for (let restart = 0; restart < 3; restart++) {
      clock.pass(DAY)
      const worker = startWorker({ store, clock })
      await worker.load()
      const shown = await worker.shows('daily')
      expect(shown).toMatchObject({ registered_timestamp_seconds: NOW, interval_seconds: DAY })
      expect(shown).not.toHaveProperty('last_success_timestamp_seconds')
    }
  })

  it('pitfall 9: show the success of the winner on the replica that lost the lock, without counting it there', async () => {
    const store = createStore()
    const clock = createStillClock(NOW)
    const winner = startWorker({ store, clock })
    const loser = startWorker({ store, clock, lock: { acquire: async () => undefined } })
    await loser.load()
    await winner.instrumentPoll('hourly', () => 'done')()
    await winner.flush()
    clock.pass(HOUR)
    await loser.instrumentPoll('hourly', () => 'never')()
    await expect
      .poll(() => loser.shows('hourly'), soon)
      .toMatchObject({
        last_success_timestamp_seconds: NOW,
        last_run_timestamp_seconds: NOW,
        'runs_total ok': 0,
      })
  })

  it('refresh all jobs of a replica with every run of any', async () => {
    const store = createStore()
    const clock = createStillClock(NOW)
    const [one, other] = [startWorker({ store, clock }), startWorker({ store, clock })]
    await one.instrumentPoll('daily', () => 'done')()
    await one.flush()
    clock.pass(60)
    await other.instrumentPoll('hourly', () => 'done')()
    await other.flush()
    expect(await other.shows('daily')).toMatchObject({ last_success_timestamp_seconds: NOW })
  })

  it('pitfall 34: never move back, whatever a process with a slow clock says', async () => {
    const store = createStore()
    const clock = createStillClock(NOW)
    const right = startWorker({ store, clock })
    await right.instrumentPoll('daily', () => 'done')()
    await right.flush()
    const slow = startWorker({ store, clock: createStillClock(NOW - DAY) })
    await slow.instrumentPoll('daily', () => 'done')()
    await slow.flush()
    expect(await slow.shows('daily')).toMatchObject({ last_success_timestamp_seconds: NOW - DAY })
    expect(await store.merge([], ['daily'])).toMatchObject([{ lastSuccessAt: NOW }])
    const third = startWorker({ store, clock })
    await third.load()
    expect(await third.shows('daily')).toMatchObject({
      last_success_timestamp_seconds: NOW,
      registered_timestamp_seconds: NOW - DAY,
    })
  })

  it('that could not be written are counted, logged, and written with the next run of any job', async () => {
    const store = createStore()
    const clock = createStillClock(NOW)
    const logged: unknown[] = []
    let broken = true
    const flaky: HeartbeatStore = {
      merge: (...news) =>
        broken ? Promise.reject(new Error('no database')) : store.merge(...news),
    }
    const worker = startWorker({
      store: flaky,
      clock,
      log: { warn: (fields) => void logged.push(fields) },
    })
    await worker.instrumentPoll('daily', () => 'done')()
    await worker.flush()
    expect(await worker.shows('daily')).toMatchObject({
      heartbeat_failures_total: 1,
      last_success_timestamp_seconds: NOW,
    })
    expect(logged).toMatchObject([{ job: 'daily', err: new Error('no database') }])

    broken = false
    clock.pass(HOUR)
    await worker.instrumentPoll('hourly', () => 'done')()
    await worker.flush()
    const next = startWorker({ store, clock })
    await next.load()
    expect(await next.shows('daily')).toMatchObject({ last_success_timestamp_seconds: NOW })
  })
})

it('pitfall 3: what could not be written is written when the process ends, if that is possible', async () => {
  const store = createMemoryHeartbeats()
  const clock = createStillClock(NOW)
  let broken = true
  const flaky: HeartbeatStore = {
    merge: (...news) => (broken ? Promise.reject(new Error('no database')) : store.merge(...news)),
  }
  const worker = startWorker({ store: flaky, clock })
  await worker.instrumentPoll('daily', () => 'done')()
  await worker.flush()
  broken = false
  await worker.flush()
  expect(await store.merge([], ['daily'])).toMatchObject([{ lastSuccessAt: NOW }])
})

it('both stores leave the same behind, whatever is merged in whatever order', async () => {
  const instant = fc.integer({ min: 0, max: 2_000_000_000 })
  const beat = fc.record(
    {
      job: fc.constantFrom('a', 'b'),
      registeredAt: instant,
      lastRunAt: instant,
      lastSuccessAt: instant,
    },
    { requiredKeys: ['job', 'registeredAt'] },
  )
  const merges = fc.array(fc.uniqueArray(beat, { maxLength: 2, selector: ({ job }) => job }), {
    maxLength: 4,
  })
  const jobs = ['a', 'b', 'never heard of']
  const leftBy = async (store: HeartbeatStore, news: readonly (readonly Heartbeat[])[]) => {
    for (const beats of news) await store.merge(beats, jobs)
    const left = await store.merge([], jobs)
    return [...left].sort((one, other) => one.job.localeCompare(other.job))
  }
  await fc.assert(
    fc.asyncProperty(merges, async (news) => {
      await pool.query('truncate poll_heartbeats')
      const inPostgres = await leftBy(createPostgresHeartbeats(pool), news)
      expect(inPostgres).toEqual(await leftBy(createMemoryHeartbeats(), news))
      expect(inPostgres).toEqual(
        await leftBy(createMemoryHeartbeats(), [...news, ...news].reverse()),
      )
    }),
    { numRuns: 60 },
  )
})

it('pitfall 4: a job is as old as the process while the store cannot be read', async () => {
  const clock = createStillClock(NOW)
  const store = { merge: () => Promise.reject(new Error('no database')) }
  const worker = startWorker({ store, clock })
  await expect(worker.load()).rejects.toThrow('no database')
  for (const job of ['hourly', 'daily'] as const) {
    expect(await worker.shows(job)).toMatchObject({
      registered_timestamp_seconds: NOW,
      heartbeat_failures_total: 1,
    })
  }
})

it.each([
  ['a month', 30 * DAY],
  ['half a day', DAY / 2],
])(
  'pitfall 34: a success %s ahead counts as of when it was first read, and ages',
  async (_, ahead) => {
    const clock = createStillClock(NOW)
    const store = createMemoryHeartbeats()
    const future = { job: 'daily', registeredAt: NOW, lastSuccessAt: NOW + ahead }
    await store.merge([future], ['daily'])
    const worker = startWorker({ store, clock })
    await worker.load()
    for (let day = 0; day < 2; day++) {
      expect(await worker.shows('daily')).toMatchObject({ last_success_timestamp_seconds: NOW })
      clock.pass(DAY)
      await expect(
        worker.instrumentPoll('daily', () => Promise.reject(new Error('broken')))(),
      ).rejects.toThrow()
      await worker.flush()
    }
    await worker.instrumentPoll('daily', () => 'done')()
    expect(await worker.shows('daily')).toMatchObject({
      last_success_timestamp_seconds: NOW + 2 * DAY,
    })
  },
)

it('a store that hangs is given up on, so that shutting down does not wait for it', async () => {
  const clock = createStillClock(NOW)
  const worker = startWorker({ store: { merge: () => new Promise(() => {}) }, clock })
  await worker.instrumentPoll('hourly', () => 'done')()
  const flushed = worker.flush()
  clock.pass(10)
  await flushed
  expect(await worker.shows('hourly')).toMatchObject({ heartbeat_failures_total: 1 })
})

it('flush waits for what is on its way', async () => {
  const { open, opened } = gate()
  const store = createMemoryHeartbeats()
  const slow: HeartbeatStore = {
    async merge(...news) {
      await opened
      return store.merge(...news)
    },
  }
  const worker = startWorker({ store: slow, clock: createStillClock(NOW) })
  await worker.instrumentPoll('daily', () => 'done')()
  setImmediate(open)
  await worker.flush()
  expect(await store.merge([], ['daily'])).toMatchObject([{ job: 'daily', lastSuccessAt: NOW }])
})
