import {
  createFakesClient,
  type FakesClient,
  fakesEnvironment,
  startFakes,
} from '@verifluence/fakes'
import { createTestDatabase } from '@verifluence/testkit/postgres'
import type { Pool } from 'pg'
import { afterAll, beforeAll } from 'vitest'
import { openPool } from '../../src/db/pool.ts'
import type { Running } from '../../src/lifecycle.ts'
import { createLog } from '../../src/log.ts'
import { startApi } from '../../src/server.ts'
import { type Client, createClient } from './client.ts'

/** The api on a database of its own, with the outside fakes around it. */
export interface Backend {
  readonly url: string
  readonly metricsUrl: string
  readonly fakes: FakesClient
  readonly db: Pool
  /** For another process on the same database and fakes. */
  readonly environment: Readonly<Record<string, string>>
  /** A stranger. */
  client(): Client
  /** Starts another replica on the same database. */
  replica(overrides?: Record<string, string>): Promise<{ url: string; metricsUrl: string }>
  /** The samples of a scrape, as `name{labels}` → value. */
  scrape(): Promise<Map<string, number>>
  query<Row>(statement: string, values?: unknown[]): Promise<Row[]>
}

/** Starts the backend for a test file, on free ports. */
export function useBackend(): Backend {
  let current: Omit<Backend, 'client' | 'replica' | 'scrape' | 'query'>
  const undo: (() => Promise<unknown>)[] = []

  async function start(overrides: Record<string, string> = {}) {
    const running: Running = await startApi({ ...current.environment, ...overrides })
    undo.unshift(running.stop)
    const { front, metrics } = running.ports
    return { url: `http://127.0.0.1:${front}`, metricsUrl: `http://127.0.0.1:${metrics}/metrics` }
  }

  beforeAll(async () => {
    const database = await createTestDatabase()
    const running = await startFakes({ port: 0 })
    // The database is dropped under connections that are just closing: they must bear it.
    const db = openPool({
      url: database.url,
      name: 'test',
      size: 4,
      connectMs: 10_000,
      statementMs: 60_000,
      log: createLog('api', 'silent'),
    })
    undo.push(
      () => db.end(),
      () => running.close(),
      database.drop,
    )
    const environment = environmentOf(running.url, database.url)
    const fakes = createFakesClient(running.url)
    current = { url: '', metricsUrl: '', fakes, db, environment }
    const first = await start()
    current = { ...current, ...first }
    await fakes.setWebhookTarget(`${first.url}/wh/kick`)
  })

  afterAll(async () => {
    for (const step of undo) await step()
  })

  return {
    get url() {
      return current.url
    },
    get metricsUrl() {
      return current.metricsUrl
    },
    get fakes() {
      return current.fakes
    },
    get db() {
      return current.db
    },
    get environment() {
      return current.environment
    },
    client: () => createClient(current.url),
    replica: start,
    scrape: async () => samplesOf(await (await fetch(current.metricsUrl)).text()),
    query: async <Row>(statement: string, values: unknown[] = []) =>
      (await current.db.query(statement, values)).rows as Row[],
  }
}

/** What an api or a worker needs to know to run on free ports of this machine. */
export function environmentOf(fakesUrl: string, databaseUrl: string): Record<string, string> {
  return {
    ...fakesEnvironment(fakesUrl),
    DATABASE_URL: databaseUrl,
    BIND_HOST: '127.0.0.1',
    API_PORT: '0',
    API_METRICS_PORT: '0',
    WORKER_PORT: '0',
    WORKER_METRICS_PORT: '0',
    LOG_LEVEL: 'silent',
    SHUTDOWN_GRACE_SECONDS: '2',
    CORS_ORIGINS: 'https://app.verifluence.test',
  }
}

export function samplesOf(text: string): Map<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const space = line.lastIndexOf(' ')
      return [line.slice(0, space), Number(line.slice(space + 1))]
    }),
  )
}
