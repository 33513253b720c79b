import { type Db, rows } from '../../db/query.ts'

/**
 * The closed hours whose chat is not in storage yet, oldest first. An hour is that of storing, not of
 * sending: a webhook may bring a message hours late, but nothing is stored in an hour that is over.
 * Only a transaction that was open across the hour's end may add to it, so young exports are counted
 * again.
 */
export async function hoursToExport(db: Db, now: Date): Promise<Date[]> {
  const found = await rows<{ hour: Date }>(
    db,
    `select hour
     from (select date_trunc('hour', min(stored_at), 'UTC') as first from kick_chat_messages) as span,
       generate_series(first, date_trunc('hour', $1::timestamptz, 'UTC') - interval '1 hour', interval '1 hour')
         as hour
     left join chat_exports as done using (hour)
     where case
       when done.hour is null then exists (
         select from kick_chat_messages
         where stored_at >= hour and stored_at < hour + interval '1 hour')
       when hour > $1::timestamptz - interval '4 hours' then done.message_count < (
         select count(*) from kick_chat_messages
         where stored_at >= hour and stored_at < hour + interval '1 hour')
       else false end
     order by hour`,
    [now],
  )
  return found.map(({ hour }) => hour)
}

/** Notes that an hour is in storage, verified. */
export async function recordExport(
  db: Db,
  done: { hour: Date; key: string; messageCount: number; etag: string },
): Promise<void> {
  await db.query(
    `insert into chat_exports (hour, object_key, message_count, etag) values ($1, $2, $3, $4)
     on conflict (hour) do update
     set message_count = excluded.message_count, etag = excluded.etag, exported_at = now()`,
    [done.hour, done.key, done.messageCount, done.etag],
  )
}
