import type { JobContext } from '../context.ts'
import { storeScores, trackRecords } from './records.ts'
import { trustScore } from './score.ts'

const STREAMERS_AT_A_TIME = 500

/** Computes the trust score of every active streamer anew, a page at a time. */
export async function trustScoreRefresh({ db, log, now, signal }: JobContext): Promise<void> {
  const at = now()
  let after = '0'
  let computed = 0
  for (;;) {
    signal.throwIfAborted()
    const page = await trackRecords(db, { after, limit: STREAMERS_AT_A_TIME, now: at })
    const last = page.at(-1)
    if (!last) break
    const scores = page.map((record) => ({
      streamerId: record.streamerId,
      score: trustScore(record),
    }))
    await storeScores(db, scores, at)
    computed += page.length
    after = last.streamerId
  }
  log.info({ streamers: computed }, 'trust scores computed')
}
