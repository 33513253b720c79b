import { rows } from '../db/query.ts'
import type { JobContext } from './context.ts'

/** Longer than streams last; marathons beyond it are kept open by their samples. */
const SUSPICIOUS_AFTER_HOURS = 18
/** So many missed polls in a row are no transient failure. */
const RECENT_MINUTES = 30

/**
 * Closes stream sessions that are open for more than 18 hours and were not sampled live of late:
 * their end was never received, because the channel is gone or the webhook was lost. They end when they
 * were last known to be live. Should the stream be live after all, the next poll opens it again.
 */
export async function staleSessionCleanup({ db, log, now }: JobContext): Promise<number> {
  const closed = await rows<{ public_id: string }>(
    db,
    `update kick_stream_sessions
     set ended_at = greatest(started_at, last_seen_live_at), closed_by = 'cleanup'
     where ended_at is null
       and started_at < $1::timestamptz - make_interval(hours => $2)
       and greatest(started_at, last_seen_live_at) < $1::timestamptz - make_interval(mins => $3)
     returning public_id`,
    [now(), SUSPICIOUS_AFTER_HOURS, RECENT_MINUTES],
  )
  log.info({ closed: closed.map(({ public_id }) => public_id) }, 'stale stream sessions closed')
  return closed.length
}
