import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Pool, PoolClient } from 'pg'
import { type Db, rows, transaction } from '../db/query.ts'
import { type JobContext, workThrough } from './context.ts'

/**
 * Writes the chat of every closed hour to storage, one object an hour, oldest first. The key follows
 * from the hour and the same hour packs to the same bytes, so an export that was cut off anywhere is
 * simply done again.
 */
export async function chatExport({ db, clients, log, now, signal }: JobContext): Promise<number> {
  const hours = await hoursToExport(db, now())
  const plan = { what: 'hours', concurrency: 1, signal, log }
  await workThrough(plan, hours, async (hour) => {
    const { content, messageCount } = await packHour(db, hour)
    const key = keyOf(hour)
    const etag = await clients.storage.put(
      { key, content, contentType: 'application/gzip' },
      signal,
    )
    await recordExport(db, { hour, key, messageCount, etag })
    log.info({ key, messages: messageCount, bytes: content.byteLength }, 'chat exported')
  })
  return hours.length
}

/** @example keyOf(new Date('2026-11-22T07:00:00Z')) // 'chat/2026/11/22/07.ndjson.gz' */
function keyOf(hour: Date): string {
  return `chat/${hour.toISOString().slice(0, 13).replaceAll('-', '/').replace('T', '/')}.ndjson.gz`
}

/**
 * The closed hours whose chat is not in storage yet, oldest first. An hour is that of storing, not of
 * sending: a webhook may bring a message hours late, but nothing is stored in an hour that is over.
 * Only a transaction that was open across the hour's end may add to it, so young exports are counted
 * again.
 */
async function hoursToExport(db: Db, now: Date): Promise<Date[]> {
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
async function recordExport(
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

interface StoredMessage {
  readonly message_id: string
  readonly kick_user_id: string
  readonly sender_id: string | null
  readonly sender_name: string | null
  readonly content: string
  readonly emotes: unknown
  readonly replies_to: string | null
  readonly sent_at: Date
  readonly stored_at: Date
}

interface PackedHour {
  /** Gzip of one JSON object a line; the same messages give the same bytes. */
  readonly content: Uint8Array<ArrayBuffer>
  readonly messageCount: number
}

const ROWS_AT_A_TIME = 2_000

/** Packs the chat stored in one hour. Only the packed bytes are ever in memory as a whole. */
async function packHour(pool: Pool, hour: Date): Promise<PackedHour> {
  return transaction(pool, async (db) => {
    await openCursor(db, hour)
    const chunks: Buffer[] = []
    let messageCount = 0

    async function* lines() {
      for (;;) {
        const messages = await rows<StoredMessage>(db, `fetch ${ROWS_AT_A_TIME} from chat`)
        if (messages.length === 0) return
        messageCount += messages.length
        yield messages.map(lineOf).join('')
      }
    }
    async function collect(packed: AsyncIterable<Buffer>) {
      for await (const chunk of packed) chunks.push(chunk)
    }

    await pipeline(lines, createGzip(), collect)
    return { content: Buffer.concat(chunks), messageCount }
  })
}

async function openCursor(db: PoolClient, hour: Date): Promise<void> {
  // A cursor takes no parameters; the hour is a Date, so its text is an ISO instant and nothing else.
  await db.query(
    `declare chat no scroll cursor for
     select message_id, kick_user_id, sender_id, sender_name, content, emotes, replies_to, sent_at, stored_at
     from kick_chat_messages
     where stored_at >= '${hour.toISOString()}'::timestamptz
       and stored_at < '${hour.toISOString()}'::timestamptz + interval '1 hour'
     order by stored_at, message_id`,
  )
}

function lineOf(message: StoredMessage): string {
  const line = {
    message_id: message.message_id,
    broadcaster_user_id: Number(message.kick_user_id),
    sender_id: message.sender_id === null ? null : Number(message.sender_id),
    sender_name: message.sender_name,
    content: message.content,
    emotes: message.emotes,
    replies_to: message.replies_to,
    sent_at: message.sent_at,
    stored_at: message.stored_at,
  }
  return `${JSON.stringify(line)}\n`
}
