import { type Db, row, rows } from '../../db/query.ts'

/** Kick's user ids of all active streamers with a channel. */
export async function trackedChannels(db: Db): Promise<number[]> {
  const tracked = await rows<{ kick_user_id: string }>(
    db,
    `select kick_user_id from streamer_channels
     join streamers on streamers.id = streamer_id
     where active order by kick_user_id`,
  )
  return tracked.map(({ kick_user_id }) => Number(kick_user_id))
}

/** How many of these channels have a stream session that is still open. */
export async function countOpenSessions(db: Db, kickUserIds: readonly number[]): Promise<number> {
  const counted = await row<{ open: number }>(
    db,
    `select count(*)::int as open from kick_stream_sessions
     where ended_at is null and kick_user_id = any($1)`,
    [kickUserIds],
  )
  return counted?.open ?? 0
}
