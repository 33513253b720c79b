import { CHANNELS_PER_CALL } from '../../clients/kick/channels.ts'
import { type Db, row } from '../../db/query.ts'
import type { JobContext } from '../context.ts'
import { trackedChannels } from '../tracked.ts'
import { batchesOf, workThrough } from '../work-through.ts'
import { recordStates } from './record.ts'

/**
 * Enough that 300 requests a minute are used up even when Kick takes a second and a half for each;
 * the pacer sees to it that they are not exceeded.
 */
const CONCURRENCY = 8

/**
 * Asks Kick for the state of every tracked channel, stores one viewer sample of each, and opens and
 * closes stream sessions. Each batch is stored by itself: what Kick refuses costs its own 50 only.
 */
export async function viewerPoll(context: JobContext): Promise<void> {
  const { db, clients, log, now, signal } = context
  const tracked = await trackedChannels(db)
  const unanswered = new Set(tracked)
  let live = 0
  let missing = 0

  const plan = { what: 'batches', concurrency: CONCURRENCY, signal, log }
  try {
    await workThrough(plan, batchesOf(tracked, CHANNELS_PER_CALL), async (kickUserIds) => {
      const states = await clients.kick.channels(kickUserIds, signal)
      await recordStates(db, states, now())
      for (const kickUserId of kickUserIds) unanswered.delete(kickUserId)
      live += states.filter((state) => state.live).length
      missing += kickUserIds.length - states.length
    })
  } finally {
    if (!signal.aborted) {
      // A stream that Kick did not answer for is as live as it was.
      const asBefore = unanswered.size > 0 ? await countOpenSessions(db, [...unanswered]) : 0
      context.reportLiveStreams(live + asBefore)
    }
  }
  log.info({ channels: tracked.length, live, missing }, 'viewers polled')
}

async function countOpenSessions(db: Db, kickUserIds: readonly number[]): Promise<number> {
  const counted = await row<{ open: number }>(
    db,
    `select count(*)::int as open from kick_stream_sessions
     where ended_at is null and kick_user_id = any($1)`,
    [kickUserIds],
  )
  return counted?.open ?? 0
}
