import { describe, expect, test } from 'vitest'
import { transaction } from '../../src/db/query.ts'
import { closeStream, openStream } from '../../src/features/streamers/stream-sessions.ts'
import { viewerPoll } from '../../src/jobs/viewer-poll.ts'
import { setStage } from './stage.ts'

const stage = setStage()

interface Session {
  readonly started_at: Date
  readonly ended_at: Date | null
  readonly opened_by: string
  readonly closed_by: string | null
}

function sessions() {
  return stage.query<Session>(
    'select started_at, ended_at, opened_by, closed_by from kick_stream_sessions order by kick_user_id, started_at',
  )
}
function samples() {
  return stage.query<{ kick_user_id: string; is_live: boolean; viewer_count: number }>(
    'select kick_user_id, is_live, viewer_count from kick_streamer_probe order by probed_at, kick_user_id',
  )
}
function webhookTells(start: Date) {
  return transaction(stage.db, (client) =>
    openStream(client, { kickUserId: 1, startedAt: start, title: 'Hi', by: 'webhook' }),
  )
}
function webhookTellsEnd(startedAt: Date, endedAt: Date) {
  return transaction(stage.db, (client) =>
    closeStream(client, { kickUserId: 1, startedAt, endedAt, title: 'Hi', by: 'webhook' }),
  )
}
async function channelRequests() {
  return (await stage.fakes.requests('kick-api')).filter(
    ({ operation }) => operation === 'channels',
  )
}

describe('samples', () => {
  test('are stored for every active streamer, fifty channels a call', async () => {
    for (let id = 1; id <= 120; id++) {
      await stage.addStreamer({ kickUserId: id })
      await stage.fakes.putChannel(id, {})
    }
    await stage.addStreamer({ kickUserId: 999, active: false })
    await stage.fakes.goLive(7, { viewers: 42 })
    await stage.run(viewerPoll)

    expect(await channelRequests()).toHaveLength(3)
    expect(await samples()).toHaveLength(120)
    expect((await samples()).filter((sample) => sample.is_live)).toEqual([
      { kick_user_id: '7', is_live: true, viewer_count: 42 },
    ])
    expect(stage.reported).toEqual([1])
  })

  test('of hidden viewers count as live', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1, { viewers: 42 })
    await stage.fakes.injectFault('kick-api', 'viewers-hidden')
    await stage.run(viewerPoll)
    expect(await samples()).toEqual([{ kick_user_id: '1', is_live: true, viewer_count: 0 }])
    expect(await sessions()).toMatchObject([{ ended_at: null }])
  })

  test('are summed up in the session, hidden viewers left out', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1, { viewers: 40 })
    await stage.run(viewerPoll)
    await stage.fakes.putChannel(1, { viewers: 60 })
    await stage.run(viewerPoll, { minutes: 1 })
    await stage.fakes.putChannel(1, { hidesViewers: true })
    await stage.run(viewerPoll, { minutes: 1 })
    expect(
      await stage.query('select viewer_samples, viewer_total from kick_stream_sessions'),
    ).toEqual([{ viewer_samples: 2, viewer_total: '100' }])
  })

  test('of a channel that Kick leaves out are missing, and its session stays as it was', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1)
    await stage.run(viewerPoll)
    await stage.fakes.putChannel(1, { banned: true })
    await stage.run(viewerPoll, { minutes: 5 })
    expect(await samples()).toHaveLength(1)
    expect(await sessions()).toMatchObject([{ ended_at: null }])
  })
})

test('a renamed channel keeps its streamer', async () => {
  const streamer = await stage.addStreamer({ kickUserId: 1 })
  await stage.fakes.putChannel(1, { slug: 'new-name' })
  await stage.run(viewerPoll)
  expect(await stage.query('select streamer_id, slug from streamer_channels')).toEqual([
    { streamer_id: streamer, slug: 'new-name' },
  ])
})

test('a title that no database can store costs no channel a sample', async () => {
  for (const id of [1, 2]) {
    await stage.addStreamer({ kickUserId: id })
    await stage.fakes.goLive(id, { title: 'nul \0 \ud800', viewers: 2 ** 40 })
  }
  await stage.run(viewerPoll)
  expect(await samples()).toHaveLength(2)
  expect(await sessions()).toHaveLength(2)
})

describe('a stream', () => {
  test('opens once, whether the poll or the webhook is first', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    const { channel } = await stage.fakes.goLive(1)
    const start = new Date(channel.startedAt ?? 0)
    await stage.run(viewerPoll)
    await webhookTells(start)
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toEqual([
      { started_at: start, ended_at: null, opened_by: 'poll', closed_by: null },
    ])
  })

  test('opened by a webhook survives a listing that lags behind', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.putChannel(1, {})
    await webhookTells(stage.now())
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ ended_at: null }])
  })

  test('opened by a webhook that came late has its 90 seconds all the same', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.putChannel(1, {})
    await webhookTells(new Date(stage.now().getTime() - 10 * 60_000))
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ ended_at: null }])
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ closed_by: 'poll' }])
  })

  test('that the listing shows twenty seconds late is the one the webhook opened', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    const { channel } = await stage.fakes.goLive(1)
    await webhookTells(new Date(channel.startedAt ?? 0))
    await stage.fakes.injectFault('kick-api', 'delayed-list')
    await stage.run(viewerPoll)
    expect(stage.reported).toEqual([0])
    await stage.run(viewerPoll, { minutes: 1 })
    expect(stage.reported).toEqual([0, 1])
    expect(await sessions()).toMatchObject([{ opened_by: 'webhook', ended_at: null }])
  })

  test('goes on when every second channel of a batch looks offline by mistake', async () => {
    for (const id of [1, 2, 3, 4]) {
      await stage.addStreamer({ kickUserId: id })
      await stage.fakes.goLive(id)
    }
    await stage.run(viewerPoll)
    await stage.fakes.injectFault('kick-api', 'half-offline', { times: 3 })
    for (let minute = 1; minute <= 4; minute++) await stage.run(viewerPoll, { minutes: 1 })
    expect(stage.reported).toEqual([4, 2, 2, 2, 4])
    const stillOpen = { ended_at: null, closed_by: null }
    expect(await sessions()).toMatchObject([stillOpen, stillOpen, stillOpen, stillOpen])
  })

  test('ends when it was last seen live, once it looked offline for 90 seconds', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1)
    await stage.run(viewerPoll)
    const [{ last_seen_live_at } = {}] = await stage.query<{ last_seen_live_at?: Date }>(
      'select last_seen_live_at from kick_stream_sessions',
    )
    await stage.fakes.endStream(1)
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ ended_at: null }])
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ ended_at: last_seen_live_at, closed_by: 'poll' }])
    expect(stage.reported).toEqual([1, 0, 0])
  })

  test('that only looked offline for a while goes on as the same session', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1)
    await stage.run(viewerPoll)
    await stage.fakes.injectFault('kick-api', 'null-stream', { times: 1 })
    await stage.run(viewerPoll, { minutes: 2 })
    expect(await sessions()).toMatchObject([{ closed_by: 'poll' }])
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ ended_at: null, closed_by: null }])
  })

  test('that a webhook has ended stays ended while the listing still shows it', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    const { channel } = await stage.fakes.goLive(1)
    const start = new Date(channel.startedAt ?? 0)
    const end = new Date(start.getTime() + 1_000)
    await webhookTellsEnd(start, end)
    await stage.run(viewerPoll, { minutes: 1 })
    expect(await sessions()).toMatchObject([{ ended_at: end, closed_by: 'webhook' }])
  })

  test('ends where the next one is seen', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1)
    await stage.run(viewerPoll)
    await stage.fakes.endStream(1)
    await stage.run(viewerPoll, { minutes: 1 })
    await stage.fakes.goLive(1)
    await stage.run(viewerPoll)
    expect(await sessions()).toMatchObject([{ closed_by: 'next_stream' }, { ended_at: null }])
  })

  test('noticed by ten polls and webhooks at once is one session', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    const { channel } = await stage.fakes.goLive(1)
    const start = new Date(channel.startedAt ?? 0)
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        index % 2 === 0 ? stage.run(viewerPoll) : webhookTells(start),
      ),
    )
    expect(await sessions()).toMatchObject([{ started_at: start, ended_at: null }])
  })
})

describe('when Kick fails', () => {
  const trackTwoBatches = async () => {
    for (let id = 1; id <= 100; id++) await stage.addStreamer({ kickUserId: id })
    for (const id of [1, 51]) await stage.fakes.goLive(id)
  }

  test('one refused batch costs its own channels only, and the run says so', async () => {
    await trackTwoBatches()
    await stage.fakes.injectFault('kick-api', 'bad-request', { times: 1 })
    await expect(stage.run(viewerPoll)).rejects.toThrow(
      '1 of 2 batches failed; the first: kick channels answered 400: Invalid request: invalid request',
    )
    expect(stage.reported).toEqual([1])
  })

  test('streams it did not answer for count as live as before', async () => {
    await trackTwoBatches()
    await stage.run(viewerPoll)
    await stage.fakes.injectFault('kick-api', 'bad-request')
    await expect(stage.run(viewerPoll, { minutes: 1 })).rejects.toThrow('2 of 2 batches failed')
    expect(stage.reported).toEqual([2, 2])
    expect(await sessions()).toMatchObject([{ ended_at: null }, { ended_at: null }])
  })

  test.each(['string-data', 'html-page', 'empty-body', 'empty-bad-request', 'forbidden'] as const)(
    'by %s, nothing is concluded from it',
    async (fault) => {
      await stage.addStreamer({ kickUserId: 1 })
      await stage.fakes.goLive(1)
      await stage.run(viewerPoll)
      await stage.fakes.injectFault('kick-api', fault)
      await expect(stage.run(viewerPoll, { minutes: 5 })).rejects.toThrow('1 of 1 batches failed')
      expect(await sessions()).toMatchObject([{ ended_at: null }])
    },
  )

  test.each(['server-error', 'rate-limited', 'reset', 'bad-gateway', 'cut-short'] as const)(
    'once by %s, the second try succeeds',
    async (fault) => {
      await stage.addStreamer({ kickUserId: 1 })
      await stage.fakes.goLive(1)
      await stage.fakes.injectFault('kick-api', fault, { operation: 'channels', times: 1 })
      await stage.run(viewerPoll)
      expect(stage.reported).toEqual([1])
    },
  )

  test('with one failure after the other, the rest is left for the next run', async () => {
    for (let id = 1; id <= 2_000; id++) await stage.addStreamer({ kickUserId: id })
    await stage.fakes.injectFault('kick-api', 'forbidden')
    await expect(stage.run(viewerPoll)).rejects.toThrow(/of 40 batches failed, \d+ not tried/)
    expect((await channelRequests()).length).toBeLessThan(20)
  })

  test('refused credentials are renewed once, and then the run is given up', async () => {
    for (let id = 1; id <= 1_000; id++) await stage.addStreamer({ kickUserId: id })
    await stage.fakes.injectFault('kick-api', 'unauthorized')
    await expect(stage.run(viewerPoll)).rejects.toThrow(
      /not tried; the first: kick channels answered 401/,
    )
    expect((await channelRequests()).length).toBeLessThan(20)
  })

  test('an app token that died early costs nothing but one request for a new one', async () => {
    await stage.addStreamer({ kickUserId: 1 })
    await stage.fakes.goLive(1)
    await stage.query(
      `insert into kick_tokens (access_token, expires_at) values ('dead', now() + interval '50 days')`,
    )
    await stage.run(viewerPoll)
    expect(stage.reported).toEqual([1])
    expect(await stage.fakes.requestCounts('kick-id')).toMatchObject([
      { operation: 'token', count: 1 },
    ])
  })

  test('a shutdown ends the run instead of going through all batches', async () => {
    await trackTwoBatches()
    await stage.fakes.injectFault('kick-api', 'hang')
    const controller = new AbortController()
    const run = stage.run(viewerPoll, { signal: controller.signal })
    controller.abort(new Error('shutting down'))
    await expect(run).rejects.toThrow('shutting down')
    expect(stage.reported).toEqual([])
  })
})
