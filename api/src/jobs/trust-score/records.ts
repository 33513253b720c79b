import { type Db, rows } from '../../db/query.ts'
import type { TrackRecord } from './score.ts'

export interface StreamerRecord extends TrackRecord {
  readonly streamerId: string
}

/**
 * The track records of up to `limit` active streamers, in the order of their ids.
 * @param after only streamers with a greater id
 */
export async function trackRecords(
  db: Db,
  page: { after: string; limit: number; now: Date },
): Promise<StreamerRecord[]> {
  return rows<StreamerRecord & Record<string, unknown>>(
    db,
    `select streamers.id as "streamerId", submitted.*, dealt.*, streamed.*
     from streamers
     cross join lateral (
       select count(*) filter (where submission.status = 'confirmed')::int as confirmed,
              count(*) filter (where submission.status = 'rejected')::int as rejected
       from session_submissions as submission join deals on deals.id = deal_id
       where deals.streamer_id = streamers.id
     ) as submitted
     cross join lateral (
       select count(*) filter (where status = 'completed')::int as "dealsCompleted",
              count(*) filter (where status in ('refunded', 'cancelled'))::int as "dealsBroken"
       from deals where deals.streamer_id = streamers.id
     ) as dealt
     cross join lateral (
       select coalesce(array_agg(viewer_total::float8 / viewer_samples)
                filter (where viewer_samples > 0), '{}') as audiences,
              coalesce(sum(extract(epoch from coalesce(ended_at, $3) - started_at)) / 3600, 0)::float8
                as "hoursStreamed"
       from streamer_channels join kick_stream_sessions using (kick_user_id)
       where streamer_id = streamers.id
         and started_at between $3::timestamptz - interval '30 days' and $3
     ) as streamed
     where active and streamers.id > $1
     order by streamers.id limit $2`,
    [page.after, page.limit, page.now],
  )
}

/** Stores the scores of one page. */
export async function storeScores(
  db: Db,
  scores: readonly { streamerId: string; score: number }[],
  at: Date,
): Promise<void> {
  await db.query(
    `update streamers set trust_score = told.score, trust_score_at = $3
     from unnest($1::bigint[], $2::smallint[]) as told (id, score)
     where streamers.id = told.id`,
    [scores.map(({ streamerId }) => streamerId), scores.map(({ score }) => score), at],
  )
}
