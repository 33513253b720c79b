import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Pool, PoolClient } from 'pg'
import { rows, transaction } from '../../db/query.ts'

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

export interface PackedHour {
  /** Gzip of one JSON object a line; the same messages give the same bytes. */
  readonly content: Uint8Array<ArrayBuffer>
  readonly messageCount: number
}

const ROWS_AT_A_TIME = 2_000

/** Packs the chat stored in one hour. Only the packed bytes are ever in memory as a whole. */
export async function packHour(pool: Pool, hour: Date): Promise<PackedHour> {
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
