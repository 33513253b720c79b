import { describe, expect, test } from 'vitest'
import { dailyMaintenance, RETENTIONS } from '../../src/jobs/daily-maintenance.ts'
import { staleSessionCleanup } from '../../src/jobs/stale-session-cleanup.ts'
import { setStage } from './stage.ts'

const stage = setStage()
function hoursAgo(hours: number) {
  return new Date(stage.now().getTime() - hours * 3_600_000)
}
async function counted(table: string) {
  return (await stage.query<{ n: number }>(`select count(*)::int as n from ${table}`))[0]?.n
}

describe('stale-session-cleanup', () => {
  const open = (kickUserId: number, startedAgo: number, seenAgo: number | undefined) =>
    stage.query(
      `insert into kick_stream_sessions (kick_user_id, started_at, opened_by, last_seen_live_at)
       values ($1, $2, 'poll', $3)`,
      [kickUserId, hoursAgo(startedAgo), seenAgo === undefined ? null : hoursAgo(seenAgo)],
    )

  test('closes what is open for more than 18 hours without a recent sample, at its last one', async () => {
    await open(1, 20, 5)
    await open(2, 20, undefined)
    const lastSeen = hoursAgo(5)
    await stage.run(staleSessionCleanup)
    const closed = await stage.query<{ ended_at: Date; started_at: Date; closed_by: string }>(
      'select ended_at, started_at, closed_by from kick_stream_sessions order by kick_user_id',
    )
    expect(closed.map((session) => session.closed_by)).toEqual(['cleanup', 'cleanup'])
    expect(closed[0]?.ended_at.getTime()).toBeCloseTo(lastSeen.getTime(), -4)
    expect(closed[1]?.ended_at).toEqual(closed[1]?.started_at)
  })

  test('leaves marathons, young streams and closed sessions alone', async () => {
    await open(1, 30, 0.1)
    await open(2, 17, 5)
    await stage.run(staleSessionCleanup)
    expect(await stage.query('select ended_at from kick_stream_sessions')).toEqual([
      { ended_at: null },
      { ended_at: null },
    ])
  })
})

describe('daily-maintenance', () => {
  const probes = (count: number, daysAgo: number) =>
    stage.query(
      `insert into kick_streamer_probe (kick_user_id, probed_at, is_live, viewer_count)
       select n, $2::timestamptz - make_interval(days => $3), true, 1 from generate_series(1, $1) as n`,
      [count, stage.now(), daysAgo],
    )
  const chat = (id: string, storedAt: Date) =>
    stage.query(
      `insert into kick_chat_messages (message_id, kick_user_id, content, emotes, sent_at, stored_at)
       values ($1, 1, 'hey', '[]', $2, $2)`,
      [id, storedAt],
    )
  const webhook = (id: string, columns: string) =>
    stage.query(
      `insert into webhooks.incoming
         (source, message_id, event_type, event_version, subscription_id, message_timestamp, body, received_at, ${columns})
       values ('kick', $1, 'channel.followed', '1', 's', $2, '', $2, $2 ${columns.includes('result') ? `, 'ok'` : ''})`,
      [id, hoursAgo(24 * 15)],
    )

  test('deletes what is past its retention, however many batches it takes, and nothing else', async () => {
    await probes(12_000, 15)
    await probes(50, 13)
    await stage.run(dailyMaintenance)
    expect(await counted('kick_streamer_probe')).toBe(50)
  })

  test('keeps old chat until its hour is in storage', async () => {
    const old = hoursAgo(24 * 31)
    await chat('exported', old)
    await chat('not exported', hoursAgo(24 * 33))
    await stage.query(
      `insert into chat_exports (hour, object_key, message_count, etag)
       values (date_trunc('hour', $1::timestamptz, 'UTC'), 'k', 1, 'e')`,
      [old],
    )
    await stage.run(dailyMaintenance)
    expect(await stage.query('select message_id from kick_chat_messages')).toEqual([
      { message_id: 'not exported' },
    ])
  })

  test('keeps webhooks that wait, parked or not, however old', async () => {
    await webhook('processed', 'processed_at, result')
    await webhook('parked', 'parked_at')
    await webhook('waiting', 'next_attempt_at')
    await stage.run(dailyMaintenance)
    const left = await stage.query('select message_id from webhooks.incoming order by 1')
    expect(left).toEqual([{ message_id: 'parked' }, { message_id: 'waiting' }])
  })

  test('goes on with the other tables when one cannot be cleaned', async () => {
    await probes(1, 15)
    await stage.query('alter table chat_exports rename to chat_exports_hidden')
    try {
      await expect(stage.run(dailyMaintenance)).rejects.toThrow(
        `1 of ${RETENTIONS.length} tables failed`,
      )
    } finally {
      await stage.query('alter table chat_exports_hidden rename to chat_exports')
    }
    expect(await counted('kick_streamer_probe')).toBe(0)
  })

  const ROWS: [table: string, days: number, insert: string][] = [
    [
      'kick_follows',
      365,
      `(webhook_message_id, kick_user_id, followed_at) values (gen_random_uuid(), 1, $1)`,
    ],
    [
      'kick_channel_events',
      180,
      `(webhook_message_id, kick_user_id, event_type, body, occurred_at)
       values (gen_random_uuid(), 1, 'kicks.gifted', '{}', $1)`,
    ],
    [
      'x_follower_counts',
      400,
      '(streamer_id, followers, counted_at) select max(id), 1, $1 from streamers',
    ],
    [
      'sign_in_pins',
      1,
      `(email, requested_from, salt, pin_hash, expires_at, created_at) values ('a', 'b', '', '', $1, $1)`,
    ],
    ['sign_in_tries', 1, `(tried_from, tried_at) values ('a', $1)`],
    [
      'sessions',
      1,
      `(token_hash, account_id, expires_at)
       select uuid_send(gen_random_uuid()), max(id), $1 from accounts`,
    ],
  ]
  test.each(ROWS)('keeps %s for %i days, and no longer', async (table, days, insert) => {
    await stage.addStreamer()
    await stage.query(`delete from ${table}`)
    for (const hours of [days * 24 - 1, days * 24 + 1]) {
      await stage.query(`insert into ${table} ${insert}`, [hoursAgo(hours)])
    }
    await stage.run(dailyMaintenance)
    const { instant } = RETENTIONS.find((retention) => retention.table === table) ?? {}
    const left = await stage.query<{ at: Date }>(`select ${instant} as at from ${table}`)
    await stage.query(`delete from ${table}`)
    expect(
      left.map(({ at }) => Math.round((stage.now().getTime() - at.getTime()) / 3_600_000)),
    ).toEqual([days * 24 - 1])
  })

  test('finds each row by an index', async () => {
    for (const { table, instant } of RETENTIONS) {
      const indexed = await stage.query(
        `select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
         where indrelid = $1::regclass and attname = $2`,
        [table, instant],
      )
      expect(indexed, `${table}.${instant}`).not.toEqual([])
    }
  })

  test('ends soon on a shutdown', async () => {
    await probes(12_000, 15)
    const controller = new AbortController()
    controller.abort(new Error('shutting down'))
    await expect(stage.run(dailyMaintenance, { signal: controller.signal })).rejects.toThrow(
      'shutting down',
    )
    expect(await counted('kick_streamer_probe')).toBe(12_000)
  })
})
