import type { Heartbeat, HeartbeatStore } from './heartbeat.ts'

/** The part of a `pg` pool that is used. */
export interface HeartbeatDatabase {
  query(text: string, values: unknown[]): Promise<{ rows: Record<string, unknown>[] }>
}

/** The table, for a migration; `createPostgresHeartbeats` expects it and never creates it. */
export const HEARTBEAT_TABLE = `create table poll_heartbeats (
  job text primary key,
  registered_at timestamptz not null,
  last_run_at timestamptz,
  last_success_at timestamptz
)`

// greatest() and least() skip nulls. The second half of the union sees the table as it was before
// the insert, so it only adds the jobs without an update.
const MERGE = `
  with merged as (
    insert into poll_heartbeats as stored (job, registered_at, last_run_at, last_success_at)
    select job, to_timestamp(registered), to_timestamp(run), to_timestamp(success)
    from unnest($1::text[], $2::float8[], $3::float8[], $4::float8[])
      as updates (job, registered, run, success)
    on conflict (job) do update set
      registered_at = least(stored.registered_at, excluded.registered_at),
      last_run_at = greatest(stored.last_run_at, excluded.last_run_at),
      last_success_at = greatest(stored.last_success_at, excluded.last_success_at)
    returning *
  ), everything as (
    select * from merged
    union all
    select * from poll_heartbeats where job = any($5) and job <> all($1)
  )
  select job,
    extract(epoch from registered_at)::float8 as "registeredAt",
    extract(epoch from last_run_at)::float8 as "lastRunAt",
    extract(epoch from last_success_at)::float8 as "lastSuccessAt"
  from everything`

/** Keeps heartbeats in the table `poll_heartbeats`, in one statement a merge. */
export function createPostgresHeartbeats(database: HeartbeatDatabase): HeartbeatStore {
  return {
    async merge(updates, jobs) {
      const { rows } = await database.query(MERGE, [
        updates.map(({ job }) => job),
        updates.map(({ registeredAt }) => registeredAt),
        updates.map(({ lastRunAt }) => lastRunAt ?? null),
        updates.map(({ lastSuccessAt }) => lastSuccessAt ?? null),
        jobs,
      ])
      return rows.map(withoutNulls)
    },
  }
}

const withoutNulls = (row: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(row).filter(([, value]) => value !== null),
  ) as unknown as Heartbeat
