import { createTestDatabase } from '@verifluence/testkit/postgres'
import pg from 'pg'
import { Registry } from 'prom-client'
import {
  countByStatus,
  counter,
  createSideport,
  createSqlGauges,
  gauge,
  oneOf,
  postgresQuery,
  type Query,
  type SqlGaugesOptions,
} from 'sideport'
import { afterAll } from 'vitest'
import { samplesOf } from '../../support/samples.ts'

const exportedBy = ['shop'] as const
const table = oneOf('table', ['orders', 'returns'])
const counts = (name: string, statuses: readonly ['new', 'done']) =>
  gauge({
    name,
    help: 'Rows by status; aggregate with max.',
    labels: [oneOf('status', statuses)],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  })
const instant = (name: string) =>
  gauge({
    name,
    help: 'An instant.',
    unit: 'seconds',
    labels: [table],
    aggregate: 'max',
    initially: 'absent',
    exportedBy,
  })

const catalogue = {
  orders: counts('shop_orders_by_status', ['new', 'done']),
  returns: counts('shop_returns_by_status', ['new', 'done']),
  lastRefresh: instant('shop_last_refresh_timestamp_seconds'),
  oldest: instant('shop_oldest_timestamp_seconds'),
  refreshes: counter({
    name: 'shop_refresh_total',
    help: 'Readings of a table.',
    labels: [table, oneOf('result', ['ok', 'error', 'timeout'])],
    exportedBy,
  }),
}

/** A database of its own for a test file. */
export async function createShopDatabase() {
  const database = await createTestDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 2 })
  pool.on('error', () => {})
  afterAll(async () => {
    await pool.end()
    await database.drop()
  })
  await pool.query(`
    create table orders (status text, created_at timestamptz not null default now());
    create table returns (status text, created_at timestamptz not null default now())`)
  return { pool, url: database.url }
}

const byStatus = (name: string) =>
  `select status, count(*), min(created_at) as oldest from ${name} group by status`

interface ShopOptions
  extends Partial<Pick<SqlGaugesOptions<'orders'>, 'clock' | 'tick' | 'deadline'>> {
  readonly query?: Query
  /** Replaces the statement that counts orders. */
  readonly orders?: string
}

/** Gauges of two tables, and what a scrape shows of them. */
export function startGauges(pool: pg.Pool, options: ShopOptions = {}) {
  const { orders = byStatus('orders'), query = postgresQuery(pool), ...rest } = options
  const port = createSideport({ catalogue, exporter: 'shop', registry: new Registry() })
  const { metrics } = port
  const logged: unknown[] = []
  const gauges = createSqlGauges({
    query,
    metrics,
    log: { warn: (fields) => void logged.push(fields) },
    tables: [
      countByStatus({
        table: 'orders',
        statement: orders,
        statuses: ['new', 'done'],
        byStatus: metrics.orders,
        pending: { status: 'new', oldest: metrics.oldest.with({ table: 'orders' }) },
      }),
      countByStatus({
        table: 'returns',
        statement: byStatus('returns'),
        statuses: ['new', 'done'],
        byStatus: metrics.returns,
      }),
    ],
    ...rest,
  })
  return {
    ...gauges,
    logged,
    /** Samples by name without `shop_`, with their label values; absent ones are absent. */
    async shows(): Promise<Record<string, number>> {
      const samples = (await samplesOf(port)).filter(({ name }) => name.startsWith('shop_'))
      return Object.fromEntries(
        samples.map(({ name, labels, value }) => [
          [name.replace('shop_', ''), ...Object.values(labels)].join(' '),
          value,
        ]),
      )
    },
  }
}

/** Time that stands still until a test moves it; timers fire when their time has passed. */
export function createStillClock(start = 1_700_000_000) {
  let elapsed = 0
  const timers = new Set<{ due: number; action: () => void }>()
  return {
    now: () => start + elapsed,
    elapsed: () => elapsed,
    after(seconds: number, action: () => void) {
      const timer = { due: elapsed + seconds, action }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    pass(seconds: number) {
      elapsed += seconds
      for (const timer of timers) {
        if (timer.due > elapsed) continue
        timers.delete(timer)
        timer.action()
      }
    },
    /** How many timers wait. */
    waiting: () => timers.size,
  }
}

/** How patiently the tests wait for the database. */
export const soon = { timeout: 10_000, interval: 20 } as const
