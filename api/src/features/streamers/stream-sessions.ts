import type { PoolClient } from 'pg'

/** Where the change was seen. */
export type Witness = 'webhook' | 'poll'

/**
 * Lets one transaction at a time change the streams of these channels: a webhook and a poll may
 * see the same change at once. Each transaction takes all the channels it will need at once, in
 * one order, so that there is no deadlock; taking one of them again costs nothing.
 */
export function holdChannels(client: PoolClient, kickUserIds: readonly number[]) {
  return client.query(
    `select pg_advisory_xact_lock(hashtextextended('stream', id))
     from (select unnest($1::bigint[]) as id order by id) as channels`,
    [kickUserIds],
  )
}

/**
 * Records that a stream started. News may come twice or out of order: a stream that is known stays as
 * it is, an older one that is still open ends where this one starts, and one that is itself older
 * than what is known is recorded as over.
 */
export async function openStream(
  client: PoolClient,
  stream: { kickUserId: number; startedAt: Date; title: string; by: Witness },
): Promise<void> {
  await holdChannels(client, [stream.kickUserId])
  await client.query(
    `update kick_stream_sessions set ended_at = $2, closed_by = 'next_stream'
     where kick_user_id = $1 and ended_at is null and started_at < $2`,
    [stream.kickUserId, stream.startedAt],
  )
  await client.query(
    `insert into kick_stream_sessions
       (kick_user_id, started_at, title, opened_by, ended_at, closed_by)
     select $1::bigint, $2::timestamptz, $3::text, $4::text, next.started_at, case when next.started_at is not null then 'next_stream' end
     from (select min(started_at) as started_at from kick_stream_sessions
           where kick_user_id = $1 and started_at > $2) as next
     where not exists (
       select from kick_stream_sessions where kick_user_id = $1 and started_at = $2)`,
    [stream.kickUserId, stream.startedAt, stream.title, stream.by],
  )
}

/**
 * Records that a stream ended, even if its start was never received. Without a start, whatever stream of
 * the channel is open ends. An end from a webhook outranks the guess that came before it.
 */
export async function closeStream(
  client: PoolClient,
  stream: {
    kickUserId: number
    startedAt: Date | undefined
    endedAt: Date
    title: string
    by: Witness
  },
): Promise<void> {
  await holdChannels(client, [stream.kickUserId])
  if (!stream.startedAt) {
    await client.query(
      `update kick_stream_sessions set ended_at = greatest(started_at, $2), closed_by = $3
       where kick_user_id = $1 and ended_at is null`,
      [stream.kickUserId, stream.endedAt, stream.by],
    )
    return
  }
  await client.query(
    `update kick_stream_sessions
     set ended_at = greatest(started_at, $3), closed_by = $4
     where kick_user_id = $1 and started_at = $2
       and (ended_at is null or (closed_by <> 'webhook' and $4 = 'webhook'))`,
    [stream.kickUserId, stream.startedAt, stream.endedAt, stream.by],
  )
  // Not an upsert: each would take an id from the sequence, and public ids have room for 2^30.
  await client.query(
    `insert into kick_stream_sessions
       (kick_user_id, started_at, ended_at, title, opened_by, closed_by)
     select $1::bigint, $2::timestamptz, greatest($2::timestamptz, $3::timestamptz), $4::text, $5::text, $5::text
     where not exists (
       select from kick_stream_sessions where kick_user_id = $1 and started_at = $2)`,
    [stream.kickUserId, stream.startedAt, stream.endedAt, stream.title, stream.by],
  )
}
