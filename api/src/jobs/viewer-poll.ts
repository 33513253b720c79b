import type { Pool } from 'pg'
import { CHANNELS_PER_CALL, type ChannelState } from '../clients/kick/channels.ts'
import { type Db, row, saveGoodRows, transaction } from '../db/query.ts'
import { holdChannels } from '../features/streamers/stream-sessions.ts'
import {
  batchesOf,
  type JobContext,
  throwIfRefused,
  trackedChannels,
  workThrough,
} from './context.ts'

/**
 * Enough that 300 requests a minute are used up even when Kick takes a second and a half for each;
 * the pacer sees to it that they are not exceeded.
 */
const CONCURRENCY = 8

/**
 * Asks Kick for the state of every tracked channel, stores one viewer sample of each, and opens and
 * closes stream sessions. Each batch is stored by itself: what Kick refuses costs its own 50 only.
 */
export async function viewerPoll(context: JobContext): Promise<number> {
  const { db, clients, log, now, signal } = context
  const tracked = await trackedChannels(db)
  const unanswered = new Set(tracked)
  let live = 0
  let missing = 0

  const plan = { what: 'batches', concurrency: CONCURRENCY, signal, log }
  try {
    await workThrough(plan, batchesOf(tracked, CHANNELS_PER_CALL), async (kickUserIds) => {
      const states = await clients.kick.channels(kickUserIds, signal)
      const at = now()
      const refused = await saveGoodRows(states, (some) => recordStates(db, some, at))
      throwIfRefused(refused, 'channel states', states.length)
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
  return tracked.length - missing
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

/**
 * How long a channel must have looked offline before a poll ends its session: Kick's listing lags
 * behind its webhooks, in both directions.
 */
const GRACE_SECONDS = 90

/**
 * Stores one batch of answers: a viewer sample each, and the stream sessions that follow from them.
 * A session is known by its broadcaster and start, as in the webhooks, so the first
 * of them opens it and the other finds it open.
 */
async function recordStates(pool: Pool, states: readonly ChannelState[], at: Date): Promise<void> {
  if (states.length === 0) return
  await transaction(pool, async (db) => {
    await storeSamples(db, states, at)
    await followRenames(db, states)
    await holdChannels(
      db,
      states.map((state) => state.kickUserId),
    )
    await keepSessionsOpen(db, states, at)
    await closeSessions(db, states, at)
  })
}

async function storeSamples(db: Db, states: readonly ChannelState[], at: Date): Promise<void> {
  await db.query(
    `insert into kick_streamer_probe (kick_user_id, probed_at, is_live, viewer_count)
     select kick_user_id, $4, is_live, viewer_count
     from unnest($1::bigint[], $2::boolean[], $3::integer[]) as listed (kick_user_id, is_live, viewer_count)
     on conflict do nothing`,
    [
      states.map((state) => state.kickUserId),
      states.map((state) => state.live),
      states.map((state) => state.viewerCount),
      at,
    ],
  )
}

async function followRenames(db: Db, states: readonly ChannelState[]): Promise<void> {
  await db.query(
    `update streamer_channels as channel set slug = listed.slug, updated_at = now()
     from unnest($1::bigint[], $2::text[]) as listed (kick_user_id, slug)
     where channel.kick_user_id = listed.kick_user_id and channel.slug <> listed.slug`,
    [states.map((state) => state.kickUserId), states.map((state) => state.slug ?? null)],
  )
}

/** The live streams of one answer, from five arrays. */
const LISTED = `unnest($1::bigint[], $2::timestamptz[], $3::text[], $4::text[], $5::integer[])
       as listed (kick_user_id, started_at, title, category, viewers)`
/** The sessions of the same channel that started later: what is older than one of them is over. */
const NEWER = `(
       select from kick_stream_sessions as newer
       where newer.kick_user_id = listed.kick_user_id and newer.started_at > listed.started_at)`

async function keepSessionsOpen(db: Db, states: readonly ChannelState[], at: Date): Promise<void> {
  const live = states.filter((state) => state.live)
  if (live.length === 0) return
  const listed = [
    live.map((state) => state.kickUserId),
    live.map((state) => state.startedAt ?? null),
  ]
  const viewers = live.map((state) => state.viewerCount)

  // Only one session of a broadcaster may be open, so the one before ends first.
  await db.query(
    `update kick_stream_sessions as previous
     set ended_at = least(listed.started_at, greatest(previous.started_at, previous.last_seen_live_at)),
         closed_by = 'next_stream'
     from unnest($1::bigint[], $2::timestamptz[]) as listed (kick_user_id, started_at)
     where previous.kick_user_id = listed.kick_user_id
       and previous.ended_at is null and previous.started_at < listed.started_at`,
    listed,
  )
  const details = [live.map((state) => state.title), live.map((state) => state.category), viewers]
  // Kick's own word that a stream has ended stands, however long the listing still shows it; an end
  // that was only concluded from silence is taken back.
  await db.query(
    `update kick_stream_sessions as session
     set title = listed.title, category = listed.category,
         last_seen_live_at = greatest(session.last_seen_live_at, $6),
         viewer_samples = session.viewer_samples + (listed.viewers > 0)::int,
         viewer_total = session.viewer_total + listed.viewers,
         ended_at = null, closed_by = null
     from ${LISTED}
     where session.kick_user_id = listed.kick_user_id and session.started_at = listed.started_at
       and session.closed_by is distinct from 'webhook' and not exists ${NEWER}`,
    [...listed, ...details, at],
  )
  // Not an upsert: that would take an id from the sequence for each stream at each poll, and public ids
  // have room for 2^30.
  await db.query(
    `insert into kick_stream_sessions
       (kick_user_id, started_at, title, category, opened_by, last_seen_live_at, viewer_samples, viewer_total)
     select kick_user_id, started_at, title, category, 'poll', $6, (viewers > 0)::int, viewers
     from ${LISTED}
     where started_at is not null and not exists ${NEWER} and not exists (
       select from kick_stream_sessions as known
       where known.kick_user_id = listed.kick_user_id and known.started_at = listed.started_at)`,
    [...listed, ...details, at],
  )
  // Live, but Kick does not say since when: it can only be the stream that is open.
  await db.query(
    `update kick_stream_sessions as session
     set last_seen_live_at = greatest(last_seen_live_at, $4),
         viewer_samples = viewer_samples + (viewers > 0)::int, viewer_total = viewer_total + viewers
     from unnest($1::bigint[], $2::timestamptz[], $3::integer[]) as listed (kick_user_id, started_at, viewers)
     where session.kick_user_id = listed.kick_user_id and listed.started_at is null and ended_at is null`,
    [...listed, viewers, at],
  )
}

/** A session ends when it was last known to be live, not when the poll became sure of it. */
async function closeSessions(db: Db, states: readonly ChannelState[], at: Date): Promise<void> {
  const offline = states.filter((state) => !state.live).map((state) => state.kickUserId)
  if (offline.length === 0) return
  await db.query(
    `update kick_stream_sessions
     set ended_at = greatest(started_at, last_seen_live_at), closed_by = 'poll'
     where ended_at is null and kick_user_id = any($1)
       and greatest(opened_at, last_seen_live_at) < $2::timestamptz - make_interval(secs => $3)`,
    [offline, at, GRACE_SECONDS],
  )
}
