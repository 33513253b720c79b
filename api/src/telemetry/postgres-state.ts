import type { Pool } from 'pg'
import { row } from '../db/query.ts'
import { CONNECTION_STATES } from './postgres-metrics.ts'
import type { Service } from './sideport.ts'

interface ServerState {
  active: number
  idle: number
  idle_in_transaction: number
  other: number
  connections_limit: number
  oldest_transaction: number | null
  lock_waiters: number
  dead_tuple_ratio: number
}

const STATE = `
  select
    count(*) filter (where state = 'active')::int as active,
    count(*) filter (where state = 'idle')::int as idle,
    count(*) filter (where state like 'idle in transaction%')::int as idle_in_transaction,
    count(*) filter (where state is null
      or state not in ('active', 'idle') and state not like 'idle in transaction%')::int as other,
    current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
      as connections_limit,
    extract(epoch from min(xact_start) filter (
      where datname = current_database() and pid <> pg_backend_pid()))::float8 as oldest_transaction,
    count(*) filter (
      where datname = current_database() and wait_event_type = 'Lock')::int as lock_waiters,
    (select coalesce(max(n_dead_tup::float8 / (n_live_tup + n_dead_tup)), 0) from pg_stat_user_tables
     where n_live_tup + n_dead_tup >= 10000) as dead_tuple_ratio
  from pg_stat_activity where backend_type = 'client backend'`

/** Reads the state of the server on each scrape; while that fails, its series are left out. */
export function collectPostgres({ metrics, collect }: Service<'api'>, db: Pool): void {
  collect(
    'postgres',
    [
      'postgresConnections',
      'postgresConnectionsLimit',
      'postgresOldestTransaction',
      'postgresLockWaiters',
      'postgresDeadTupleRatio',
    ],
    async () => {
      const state = await row<ServerState & Record<string, unknown>>(db, STATE)
      if (!state) throw new Error('PostgreSQL says nothing of its state')
      for (const name of CONNECTION_STATES) {
        metrics.postgresConnections.set({ state: name }, state[name])
      }
      metrics.postgresConnectionsLimit.set(state.connections_limit)
      metrics.postgresLockWaiters.set(state.lock_waiters)
      metrics.postgresDeadTupleRatio.set(state.dead_tuple_ratio)
      if (state.oldest_transaction === null) metrics.postgresOldestTransaction.remove()
      else metrics.postgresOldestTransaction.set(state.oldest_transaction)
    },
  )
}
