import { describe, expect, test } from 'vitest'
import { dailyMaintenance } from '../../src/jobs/daily-maintenance.ts'
import { kickSubscriptions } from '../../src/jobs/kick-subscriptions.ts'
import { setStage } from './stage.ts'

const stage = setStage()

describe('subscriptions are not ended in bulk', () => {
  async function sevenStreamersLeave() {
    for (let id = 1; id <= 8; id++) await stage.addStreamer({ kickUserId: id })
    await stage.run(kickSubscriptions)
    await stage.query(
      `update streamers set active = false from streamer_channels
       where streamer_id = streamers.id and kick_user_id <= 7`,
    )
    await stage.addStreamer({ kickUserId: 9 })
  }
  const subscribed = async () =>
    new Set((await stage.fakes.subscriptions()).map((each) => each.broadcasterUserId)).size

  test('the run fails and ends none; what is missing is made all the same', async () => {
    await sevenStreamersLeave()
    await expect(stage.run(kickSubscriptions, { minutes: 1440 })).rejects.toThrow(
      '70 of 80 subscriptions would be ended, more than 50; none was',
    )
    expect(await subscribed()).toBe(9)
  })

  test('a person may lift the limit', async () => {
    await sevenStreamersLeave()
    await stage.run(kickSubscriptions, { minutes: 1440, liftLimits: true })
    expect(await subscribed()).toBe(2)
  })
})

describe('rows are not deleted by a wrong clock', () => {
  const DAY_MINUTES = 1440
  const probesOf = (days: number) =>
    stage.query(
      `insert into kick_streamer_probe (kick_user_id, probed_at, is_live, viewer_count)
       select 1, $1::timestamptz - n * interval '1 day', true, 1 from generate_series(0, $2 - 1) as n`,
      [stage.now(), days],
    )
  const left = async () =>
    (await stage.query<{ n: number }>('select count(*)::int as n from kick_streamer_probe'))[0]?.n

  test('a clock that is a year ahead deletes nothing, and the run fails', async () => {
    await probesOf(14)
    await expect(stage.run(dailyMaintenance, { minutes: 365 * DAY_MINUTES })).rejects.toThrow(
      /kick_streamer_probe holds rows of .* although 14 days are kept; none was deleted/,
    )
    expect(await left()).toBe(14)
  })

  test('a week without runs is made up for', async () => {
    await probesOf(14)
    await stage.run(dailyMaintenance, { minutes: 7 * DAY_MINUTES })
    expect(await left()).toBeLessThanOrEqual(8)
  })

  test('a person may lift the limit', async () => {
    await probesOf(14)
    await stage.run(dailyMaintenance, { minutes: 365 * DAY_MINUTES, liftLimits: true })
    expect(await left()).toBe(0)
  })
})
