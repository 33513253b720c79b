import type { Stack } from '@verifluence/local'
import pg from 'pg'

const KICK_USER = 900_001

/** Adds a channel for the worker to ask Kick about: without one viewer-poll makes no call. */
export async function trackOneChannel({ databaseUrl, fakes }: Stack): Promise<void> {
  await fakes.putChannel(KICK_USER, { slug: 'proof-of-path' })
  await withDatabase(databaseUrl, (database) =>
    database.query(
      `with account as (
         insert into accounts (email) values ('proof-of-path@verifluence.test')
         on conflict (email) do update set email = excluded.email returning id
       ), streamer as (
         insert into streamers (account_id, name) select id, 'Proof of path' from account
         on conflict (account_id) do update set active = true returning id
       )
       insert into streamer_channels (streamer_id, kick_user_id, slug)
       select id, $1, 'proof-of-path' from streamer on conflict do nothing`,
      [KICK_USER],
    ),
  )
}

/** The persisted time of a job's last success; `undefined` before the first one. */
export async function lastSuccess(databaseUrl: string, job: string): Promise<Date | undefined> {
  const { rows } = await withDatabase(databaseUrl, (database) =>
    database.query<{ at: Date | null }>(
      'select last_success_at as at from poll_heartbeats where job = $1',
      [job],
    ),
  )
  return rows[0]?.at ?? undefined
}

/** Moves a job's last success into the past, as if it had failed since. */
export async function backdateSuccess(
  databaseUrl: string,
  job: string,
  minutes: number,
): Promise<void> {
  const { rowCount } = await withDatabase(databaseUrl, (database) =>
    database.query(
      `update poll_heartbeats set last_success_at = now() - make_interval(mins => $2) where job = $1`,
      [job, minutes],
    ),
  )
  if (rowCount !== 1) throw new Error(`poll_heartbeats has no row for the job ${job}`)
}

async function withDatabase<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
