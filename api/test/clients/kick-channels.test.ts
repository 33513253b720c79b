import { describe, expect, test } from 'vitest'
import { createKickApi } from '../../src/clients/kick/api.ts'
import { fetchPublicKey } from '../../src/clients/kick/public-key.ts'
import { answering, plainFetch, type Reply } from './answering.ts'

async function kickAnswering(...replies: Reply[]) {
  const { url, seen } = await answering(...replies)
  const token = { current: async () => 'a-1', renewed: async () => undefined }
  return {
    kick: createKickApi({ baseUrl: url, fetchFor: plainFetch, token, pace: async () => {} }),
    seen,
  }
}

const live = {
  broadcaster_user_id: 4711,
  slug: 'alpha',
  stream_title: 'Hi',
  category: { id: 15, name: 'Just Chatting' },
  stream: {
    is_live: true,
    viewer_count: 42,
    start_time: '2026-11-22T10:00:00Z',
    key: 'ingest-key',
    url: 'rtmp://x',
  },
}
const expected = {
  kickUserId: 4711,
  slug: 'alpha',
  live: true,
  viewerCount: 42,
  startedAt: new Date('2026-11-22T10:00:00Z'),
  title: 'Hi',
  category: 'Just Chatting',
}

async function read(data: unknown) {
  const { kick } = await kickAnswering({ body: { data, message: 'OK' } })
  return kick.channels([4711])
}

describe('what Kick says of a channel', () => {
  test('is read without the ingest credentials', async () => {
    expect(await read([live])).toEqual([expected])
  })

  test('is the same whether data is a list or one object', async () => {
    expect(await read(live)).toEqual([expected])
  })

  test.each([[[]], [{}], [null]])('is nothing where data is %j', async (data) => {
    expect(await read(data)).toEqual([])
  })

  test('with hidden viewers is live all the same', async () => {
    const stream = { ...live.stream, viewer_count: 0 }
    expect(await read([{ ...live, stream }])).toMatchObject([{ live: true, viewerCount: 0 }])
  })

  test('offline has no start, though Kick writes the year 1', async () => {
    const stream = { is_live: false, viewer_count: 0, start_time: '0001-01-01T00:00:00Z' }
    expect(await read([{ ...live, stream }])).toMatchObject([{ live: false, startedAt: undefined }])
  })

  test('may have null wherever its libraries have met null', async () => {
    const nulls = { slug: null, stream_title: null, category: null, stream: null }
    expect(await read([{ broadcaster_user_id: 4711, ...nulls }])).toEqual([
      { kickUserId: 4711, live: false, viewerCount: 0, title: '', category: '' },
    ])
  })

  test.each([
    null,
    'x',
    { broadcaster_user_id: 'seven' },
    { broadcaster_user_id: 1, stream: { is_live: 'no' } },
  ])('is read next to one unreadable item: %j', async (broken) => {
    expect(await read([broken, live])).toEqual([expected])
  })

  test('fails with all others when more than a tenth is unreadable', async () => {
    const text = { ...live, broadcaster_user_id: '4711' }
    const items = Array.from({ length: 20 }, (_, n) => ({ ...live, broadcaster_user_id: n + 1 }))
    expect(await read([...items.slice(2), text, text])).toHaveLength(18)
    await expect(read([...items.slice(3), text, text, text])).rejects.toThrow(
      '3 of 20 items are unreadable, the first in broadcaster_user_id',
    )
    await expect(read([text])).rejects.toThrow('1 of 1 items are unreadable')
  })

  test('is missed when many were requested and none came', async () => {
    const { kick } = await kickAnswering({ body: { data: [], message: 'OK' } })
    expect(await kick.channels([1, 2, 3])).toEqual([])
    const many = Array.from({ length: 10 }, (_, n) => n + 1)
    await expect(kick.channels(many)).rejects.toThrow('none of the 10 requested items')
  })
})

test('a channel that is listed twice is one, as it was listed last', async () => {
  expect(await read([{ ...live, stream_title: 'Before' }, live])).toEqual([expected])
})

test('a start in the year 9999 is none', async () => {
  const stream = { ...live.stream, start_time: '9999-12-31T23:59:59Z' }
  expect(await read([{ ...live, stream }])).toMatchObject([{ live: true, startedAt: undefined }])
})

describe('an answer that is none', () => {
  test.each([
    ['text where data belongs', { body: { data: 'OK', message: 'OK' } }, 'data is the text "OK"'],
    ['an empty body', { body: '' }, 'it is empty'],
    ['a page', { body: '<html>moment</html>' }, 'no envelope'],
    [
      'a reason',
      { status: 400, body: { data: 'why', message: 'Bad request' } },
      '400: Bad request: why',
    ],
    ['an empty refusal', { status: 400, body: '' }, 'kick channels answered 400'],
    [
      'the edge',
      { status: 403, body: { error: 'Request blocked.', reference: '5f' } },
      '403: Request blocked.',
    ],
  ])('%s becomes an error that says so', async (_, reply, message) => {
    const { kick, seen } = await kickAnswering(reply)
    await expect(kick.channels([4711])).rejects.toThrow(message)
    expect(seen).toHaveLength(1)
  })
})

test('the ids of a batch are repeated parameters, never joined by commas', async () => {
  const { kick, seen } = await kickAnswering({ body: { data: [] } })
  await kick.channels([1, 2, 3])
  expect(seen[0]?.url).toBe(
    '/prefix/public/v1/channels?broadcaster_user_id=1&broadcaster_user_id=2&broadcaster_user_id=3',
  )
})

test('each event of a request for subscriptions has its own outcome', async () => {
  const data = [
    { name: 'channel.followed', version: 1, subscription_id: '01SUB', error: '' },
    { name: 'chat.message.sent', version: 1, subscription_id: '', error: 'not allowed' },
  ]
  const { kick, seen } = await kickAnswering({ body: { data, message: 'OK' } })
  const events = ['channel.followed', 'chat.message.sent', 'kicks.gifted'].map((name) => ({
    name,
    version: 1,
  }))
  expect(await kick.createSubscriptions({ kickUserId: 4711, events })).toEqual([
    { name: 'channel.followed', version: 1, id: '01SUB' },
    { name: 'chat.message.sent', version: 1, error: 'not allowed' },
    { name: 'kicks.gifted', version: 1, error: 'Kick answered without an id' },
  ])
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    broadcaster_user_id: 4711,
    events,
    method: 'webhook',
  })
})

test('a request for subscriptions is not repeated when its answer is lost', async () => {
  const { kick, seen } = await kickAnswering({ status: 502, body: '' })
  const events = [{ name: 'channel.followed', version: 1 }]
  await expect(kick.createSubscriptions({ kickUserId: 1, events })).rejects.toThrow('502')
  expect(seen).toHaveLength(1)
})

test('subscriptions are ended fifty at a time', async () => {
  const { kick, seen } = await kickAnswering({ status: 204, body: '' })
  await kick.deleteSubscriptions(Array.from({ length: 120 }, (_, index) => `id-${index}`))
  expect(seen.map(({ url }) => url.split('id=').length - 1)).toEqual([50, 50, 20])
})

test('a public key that is none is refused before anybody verifies with it', async () => {
  const { url } = await answering({ body: { data: { public_key: 'nonsense' }, message: 'OK' } })
  await expect(fetchPublicKey({ baseUrl: url, fetchFor: plainFetch })).rejects.toThrow(
    'public_key is no RSA public key in PEM',
  )
})
