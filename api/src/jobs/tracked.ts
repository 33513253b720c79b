import { type Db, rows } from '../db/query.ts'

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
