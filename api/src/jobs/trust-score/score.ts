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
