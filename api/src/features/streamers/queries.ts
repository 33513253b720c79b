import { z } from '@hono/zod-openapi'
import { type Paging, readPage } from '../../db/page.ts'
import { type Db, row } from '../../db/query.ts'
import { notFound } from '../../domain/errors.ts'
import { Instant, PublicId } from '../../domain/fields.ts'

export const Streamer = z
  .object({
    id: PublicId('ST'),
    name: z.string(),
    x_username: z.string().nullable(),
    kick_slug: z.string().nullable(),
    trust_score: z.int().nullable(),
    live: z.boolean(),
    created_at: Instant,
  })
  .openapi('Streamer')

export const Stream = z
  .object({
    id: PublicId('K'),
    title: z.string(),
    category: z.string(),
    started_at: Instant,
    ended_at: Instant.nullable(),
  })
  .openapi('Stream')

/** A streamer as the database gives it. */
export interface StreamerRow {
  id: string
  name: string
  x_username: string | null
  kick_slug: string | null
  trust_score: number | null
  live: boolean
  created_at: Date
}

interface StreamRow {
  id: string
  title: string
  category: string
  started_at: Date
  ended_at: Date | null
}

const select = `select streamers.public_id as id, name, x_username, slug as kick_slug, trust_score,
    exists (select from kick_stream_sessions
            where kick_user_id = streamer_channels.kick_user_id and ended_at is null) as live,
    created_at
  from streamers left join streamer_channels on streamer_id = streamers.id`

/** @throws 404 when there is none. */
export async function getStreamer(db: Db, id: string): Promise<StreamerRow> {
  const found = await row<StreamerRow>(db, `${select} where active and public_id = $1`, [id])
  if (!found) throw notFound('streamer')
  return found
}

export function listStreamers(db: Db, paging: Paging) {
  return readPage<StreamerRow>(
    db,
    { table: 'streamers', select, where: 'active', values: [] },
    paging,
  )
}

/** The tracked streams of a streamer, newest first. @throws 404 when there is no such streamer. */
export async function listStreams(db: Db, streamerId: string, paging: Paging) {
  await getStreamer(db, streamerId)
  return await readPage<StreamRow>(
    db,
    {
      table: 'kick_stream_sessions',
      select: `select kick_stream_sessions.public_id as id, title, category, started_at, ended_at
        from kick_stream_sessions
        join streamer_channels using (kick_user_id)
        join streamers on streamers.id = streamer_id`,
      where: 'streamers.public_id = $1',
      values: [streamerId],
    },
    paging,
  )
}
