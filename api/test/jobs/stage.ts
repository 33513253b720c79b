import {
  createFakesClient,
  type FakesClient,
  fakesEnvironment,
  startFakes,
} from '@verifluence/fakes'
import { createTestDatabase } from '@verifluence/testkit/postgres'
import type { Pool } from 'pg'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { createWorkerClients, type WorkerClients } from '../../src/clients/worker-clients.ts'
import { readConfig, workerEnvironment } from '../../src/config.ts'
import { migrate } from '../../src/db/migrate.ts'
import { openPool } from '../../src/db/pool.ts'
import type { JobContext, JobFunction } from '../../src/jobs/context.ts'
import type { ExternalFetch } from '../../src/telemetry/external-fetch.ts'

const silent = pino({ level: 'silent' })
function plain() {
  return fetch
}
const fetchFor: ExternalFetch = {
  kick: plain,
  kick_oauth: plain,
  x: plain,
  s3: plain,
  resend: plain,
}

/** What a test of a job plays on: a database of its own, the outside fakes, and a clock to set. */
export interface Stage {
  readonly db: Pool
  readonly fakes: FakesClient
  /** The numbers reported as `vf_worker_live_streams`. */
  readonly reported: number[]
  /**
   * Runs a job as the worker would. `minutes` turns the clock forward, for good, before; `clients`
   * and `db` lead somewhere else than to the fakes and the database.
   */
  run(
    job: JobFunction,
    options?: {
      minutes?: number
      signal?: AbortSignal
      clients?: Partial<WorkerClients>
      db?: Pool
      liftLimits?: boolean
    },
  ): Promise<void>
  /** What the job's clock shows. */
  now(): Date
  /** Adds an active streamer, with a Kick channel where an id is given; returns its id. */
  addStreamer(given?: {
    kickUserId?: number
    xUsername?: string
    active?: boolean
  }): Promise<string>
  query<Row>(statement: string, values?: unknown[]): Promise<Row[]>
}

/** Sets the stage for a test file; tables and fakes are emptied before each test. */
export function setStage(): Stage {
  let db: Pool
  let fakes: FakesClient
  let context: Omit<JobContext, 'signal'>
  let ahead = 0
  const reported: number[] = []
  const strike: (() => Promise<unknown>)[] = []
  const now = () => new Date(Date.now() + ahead)

  beforeAll(async () => {
    const database = await createTestDatabase()
    await migrate(database.url, silent)
    db = openPool({
      url: database.url,
      name: 'test',
      size: 5,
      connectMs: 5_000,
      statementMs: 10_000,
      log: silent,
    })
    strike.push(() => db.end(), database.drop)
  })

  beforeEach(async () => {
    const running = await startFakes({ port: 0, clock: () => now().getTime() })
    fakes = createFakesClient(running.url)
    const environment = {
      ...fakesEnvironment(running.url),
      DATABASE_URL: 'postgres://unused',
      KICK_REQUESTS_PER_MINUTE: '60000',
    }
    const config = readConfig(workerEnvironment, environment)
    const clients = createWorkerClients({ config, fetchFor, db })
    ahead = 0
    reported.length = 0
    context = {
      db,
      clients,
      log: silent,
      now,
      liftLimits: false,
      reportLiveStreams: (count) => reported.push(count),
    }
    await db.query(EMPTY)
    return () => running.close()
  })

  afterAll(async () => {
    for (const step of strike) await step()
  })

  return {
    get db() {
      return db
    },
    get fakes() {
      return fakes
    },
    reported,
    now,
    async run(
      job,
      { minutes = 0, signal = new AbortController().signal, clients, db, liftLimits = false } = {},
    ) {
      ahead += minutes * 60_000
      const leadingTo = { clients: { ...context.clients, ...clients }, db: db ?? context.db }
      await job({ ...context, ...leadingTo, liftLimits, signal })
    },
    async addStreamer({ kickUserId, xUsername, active = true } = {}) {
      const { rows } = await db.query<{ id: string }>(
        `with account as (insert into accounts (email) values (gen_random_uuid() || '@example.test') returning id)
         insert into streamers (account_id, name, x_username, active) select id, 'Streamer', $1, $2 from account
         returning id`,
        [xUsername ?? null, active],
      )
      const id = rows[0]?.id ?? ''
      if (kickUserId !== undefined) {
        await db.query(
          `insert into streamer_channels (streamer_id, kick_user_id, slug) values ($1, $2, $3)`,
          [id, kickUserId, `streamer-${kickUserId}`],
        )
      }
      return id
    },
    async query<Row>(statement: string, values: unknown[] = []) {
      return (await db.query(statement, values)).rows as Row[]
    },
  }
}

/** In the order of their references; on tables this small much faster than truncating. */
const FILLED = [
  'x_follower_counts',
  'streamer_channels',
  'streamers',
  'accounts',
  'kick_tokens',
  'kick_subscriptions',
  'kick_listed_subscriptions',
  'kick_stream_sessions',
  'kick_streamer_probe',
  'kick_chat_messages',
  'chat_exports',
  'webhooks.incoming',
]
const EMPTY = FILLED.map((table) => `delete from ${table}`).join('; ')
