import { type Db, type RefusedRow, rows, saveGoodRows } from '../db/query.ts'
import { type JobContext, throwIfRefused } from './context.ts'

const STREAMERS_AT_A_TIME = 500

interface StreamerScore {
  readonly streamerId: string
  readonly score: number
}

/** Computes the trust score of every active streamer, a page at a time. */
export async function trustScoreRefresh({ db, log, now, signal }: JobContext): Promise<number> {
  const at = now()
  let after = '0'
  let computed = 0
  const refused: RefusedRow<StreamerScore>[] = []
  for (;;) {
    signal.throwIfAborted()
    const page = await trackRecords(db, { after, limit: STREAMERS_AT_A_TIME, now: at })
    const last = page.at(-1)
    if (!last) break
    const scores = page.map((record) => ({
      streamerId: record.streamerId,
      score: trustScore(record),
    }))
    refused.push(...(await saveGoodRows(scores, (some) => storeScores(db, some, at))))
    computed += page.length
    after = last.streamerId
  }
  throwIfRefused(refused, 'trust scores', computed)
  log.info({ streamers: computed }, 'trust scores computed')
  return computed
}

interface StreamerRecord extends TrackRecord {
  readonly streamerId: string
}

/**
 * The track records of up to `limit` active streamers, in the order of their ids.
 * @param after only streamers with a greater id
 */
async function trackRecords(
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
async function storeScores(db: Db, scores: readonly StreamerScore[], at: Date): Promise<void> {
  await db.query(
    `update streamers set trust_score = computed.score, trust_score_at = $3
     from unnest($1::bigint[], $2::smallint[]) as computed (id, score)
     where streamers.id = computed.id`,
    [scores.map(({ streamerId }) => streamerId), scores.map(({ score }) => score), at],
  )
}

/** What is known of a streamer's past. */
export interface TrackRecord {
  /** Decided session submissions. */
  readonly confirmed: number
  readonly rejected: number
  /** Deals that are over: well, or by refund or cancellation. */
  readonly dealsCompleted: number
  readonly dealsBroken: number
  /** The average audience of each stream of the last 30 days; streams with hidden viewers left out. */
  readonly audiences: readonly number[]
  /** Hours streamed in the last 30 days. */
  readonly hoursStreamed: number
}

/** How much of the score each part makes up. */
const WEIGHTS = { delivery: 45, completion: 25, steadiness: 15, presence: 15 } as const

/** So many hours in 30 days count as being there. */
const FULL_PRESENCE_HOURS = 40
/** Fewer streams say nothing about how steady an audience is. */
const ENOUGH_STREAMS = 3
/** What is assumed where nothing is known. */
const UNKNOWN = 0.5

/**
 * The trust score of a streamer, a whole number from 0 to 100:
 *
 * - delivery (45): share of confirmed among decided submissions
 * - completion (25): share of completed among ended deals
 * - steadiness (15): 1 − coefficient of variation of the streams' audiences, at least 0
 * - presence (15): hours streamed in 30 days, 40 being full marks
 *
 * Both shares start at one half with a little weight of their own, so that a first success or failure
 * does not decide everything: a newcomer has 43, and only a long record comes near 0 or 100.
 */
export function trustScore(record: TrackRecord): number {
  return Math.round(
    WEIGHTS.delivery * share(record.confirmed, record.rejected, 2) +
      WEIGHTS.completion * share(record.dealsCompleted, record.dealsBroken, 1) +
      WEIGHTS.steadiness * steadiness(record.audiences) +
      WEIGHTS.presence * Math.min(1, record.hoursStreamed / FULL_PRESENCE_HOURS),
  )
}

/** A share that `prior` imagined successes and as many failures pull towards one half. */
function share(good: number, bad: number, prior: number): number {
  return (good + prior) / (good + bad + 2 * prior)
}

function steadiness(audiences: readonly number[]): number {
  if (audiences.length < ENOUGH_STREAMS) return UNKNOWN
  const mean = average(audiences)
  const variance = average(audiences.map((audience) => (audience - mean) ** 2))
  return Math.max(0, 1 - Math.sqrt(variance) / mean)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
