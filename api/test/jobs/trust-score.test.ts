import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type TrackRecord,
  trustScore,
  trustScoreRefresh,
} from '../../src/jobs/trust-score-refresh.ts'
import { setStage } from './stage.ts'

const newcomer: TrackRecord = {
  confirmed: 0,
  rejected: 0,
  dealsCompleted: 0,
  dealsBroken: 0,
  audiences: [],
  hoursStreamed: 0,
}
const count = fc.nat({ max: 10_000 })
const anybody: fc.Arbitrary<TrackRecord> = fc.record({
  confirmed: count,
  rejected: count,
  dealsCompleted: count,
  dealsBroken: count,
  audiences: fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { maxLength: 50 }),
  hoursStreamed: fc.double({ min: 0, max: 720, noNaN: true }),
})

describe('the trust score', () => {
  test.each<[string, Partial<TrackRecord>, number]>([
    ['a newcomer', {}, 43],
    ['one confirmed stream', { confirmed: 1 }, 47],
    ['one rejected stream', { rejected: 1 }, 38],
    ['one broken deal', { dealsBroken: 1 }, 38],
    ['40 hours streamed', { hoursStreamed: 40 }, 58],
    ['three equal audiences', { audiences: [50, 50, 50] }, 50],
    ['wild audiences', { audiences: [1, 1, 1, 1, 1000] }, 35],
    [
      'a long clean record',
      { confirmed: 500, dealsCompleted: 100, audiences: [90, 100, 110], hoursStreamed: 80 },
      98,
    ],
    ['nothing but failure', { rejected: 500, dealsBroken: 100, audiences: [1, 1, 1, 1, 1000] }, 0],
  ])('of %s', (_, record, score) => {
    expect(trustScore({ ...newcomer, ...record })).toBe(score)
  })

  test('is a whole number from 0 to 100 for anybody', () => {
    fc.assert(
      fc.property(anybody, (record) => {
        const score = trustScore(record)
        return Number.isInteger(score) && score >= 0 && score <= 100
      }),
    )
  })

  test('never falls by a success and never rises by a failure', () => {
    fc.assert(
      fc.property(anybody, (record) => {
        const score = trustScore(record)
        return (
          trustScore({ ...record, confirmed: record.confirmed + 1 }) >= score &&
          trustScore({ ...record, dealsCompleted: record.dealsCompleted + 1 }) >= score &&
          trustScore({ ...record, hoursStreamed: record.hoursStreamed + 1 }) >= score &&
          trustScore({ ...record, rejected: record.rejected + 1 }) <= score &&
          trustScore({ ...record, dealsBroken: record.dealsBroken + 1 }) <= score
        )
      }),
    )
  })
})

describe('the refresh', () => {
  const stage = setStage()
  const scores = () =>
    stage.query<{ trust_score: number | null }>('select trust_score from streamers order by id')

  test('gives every active streamer a score, over more than one page', async () => {
    await stage.query(
      `with account as (insert into accounts (email) select n || '@example.test' from generate_series(1, 1200) as n returning id)
       insert into streamers (account_id, name, active) select id, 'S', id % 1200 <> 7 from account`,
    )
    await stage.run(trustScoreRefresh)
    const all = await scores()
    expect(all.filter((each) => each.trust_score === 43)).toHaveLength(1_199)
    expect(all.filter((each) => each.trust_score === null)).toHaveLength(1)
  })

  test('reads audiences and hours from the streams of the last 30 days', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    const stream = (daysAgo: number, hours: number, viewers: number) =>
      stage.query(
        `insert into kick_stream_sessions
           (kick_user_id, started_at, ended_at, opened_by, closed_by, viewer_samples, viewer_total)
         values (1, $1::timestamptz - make_interval(days => $2),
           $1::timestamptz - make_interval(days => $2) + make_interval(hours => $3), 'poll', 'poll', 10, $4)`,
        [stage.now(), daysAgo, hours, 10 * viewers],
      )
    for (const day of [1, 2, 3, 4]) await stream(day, 10, 50)
    await stream(40, 10, 9_999)
    await stage.run(trustScoreRefresh)
    expect(await scores()).toEqual([
      { trust_score: trustScore({ ...newcomer, audiences: [50, 50, 50, 50], hoursStreamed: 40 }) },
    ])
  })
})
