import { expect, test } from 'vitest'
import { appToken, startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'

const fakes = await startTestFakes()
const { client } = fakes
const token = await appToken(fakes.url)

const call = (method: string, path: string, body?: unknown) =>
  fetch(`${fakes.url}/kick-api/public/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
type Row = {
  slug: string
  viewer_count: number
  stream: { is_live: boolean; start_time: string }
  subscription_id: string
}
type Data = { data: Row[] }
const get = (path: string) => json<Data>(call('GET', path))
const subscribe = (body: object) =>
  json<Data>(call('POST', '/events/subscriptions', { method: 'webhook', ...body }))
const repeated = (name: string, values: unknown[]) => values.map((v) => `${name}=${v}`).join('&')

await client.putChannel(1, { slug: 'alpha' })
await client.goLive(1, { viewers: 42 })
await client.putChannel(2, { slug: 'beta' })

test('without a token, with a wrong one and with an expired one the answer is 401', async () => {
  const url = `${fakes.url}/kick-api/public/v1/channels?slug=alpha`
  expect((await fetch(url)).status).toBe(401)
  const wrong = await fetch(url, { headers: { authorization: 'Bearer unknown' } })
  expect(await wrong.json()).toEqual({ data: {}, message: 'Unauthorized' })
})

test('a live channel and an offline one', async () => {
  const { data } = await get('/channels?broadcaster_user_id=1&broadcaster_user_id=2')
  expect(data[0]).toMatchObject({
    broadcaster_user_id: 1,
    slug: 'alpha',
    stream: { is_live: true, viewer_count: 42, key: '', url: '' },
  })
  expect(data[0]?.stream.start_time).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(data[1]?.stream).toMatchObject({
    is_live: false,
    viewer_count: 0,
    language: '',
    thumbnail: '',
    start_time: '0001-01-01T00:00:00Z',
  })
})

test.each([
  ['slugs and ids together', 'slug=alpha&broadcaster_user_id=1', /together/],
  ['neither, with an app token', '', /^broadcaster_user_id is required for app tokens$/],
  [
    'more than 50',
    repeated(
      'broadcaster_user_id',
      [...Array(51).keys()].map((i) => i + 1),
    ),
    /./,
  ],
  ['a slug of 26 characters', `slug=${'a'.repeat(26)}`, /slug/],
  ['ids joined by a comma', 'broadcaster_user_id=1,2', /broadcaster_user_id/],
])('channels refuses %s with a text in data', async (_, query, reason) => {
  const answer = await call('GET', `/channels?${query}`)
  expect(answer.status).toBe(400)
  const body = await answer.json()
  expect(body).toEqual({ data: expect.stringMatching(reason), message: 'Bad request' })
})

test('an unknown slug is left out, or fails the request in that fault', async () => {
  expect((await get('/channels?slug=unknown&slug=alpha')).data).toHaveLength(1)
  await client.injectFault('kick-api', 'unknown-slug-refused', { times: 1 })
  expect((await call('GET', '/channels?slug=unknown&slug=alpha')).status).toBe(400)
})

test('a banned channel vanishes, a renamed one answers with its new slug', async () => {
  await client.putChannel(3, { slug: 'before' })
  await client.putChannel(3, { slug: 'after' })
  expect((await get('/channels?broadcaster_user_id=3')).data[0]?.slug).toBe('after')
  await client.putChannel(3, { banned: true })
  expect((await get('/channels?broadcaster_user_id=3')).data).toEqual([])
})

test('hidden viewers are 0 in a live stream, by channel or by fault', async () => {
  await client.putChannel(1, { hidesViewers: true })
  expect((await get('/channels?slug=alpha')).data[0]?.stream).toMatchObject({
    is_live: true,
    viewer_count: 0,
  })
  await client.putChannel(1, { hidesViewers: false })
  await client.injectFault('kick-api', 'viewers-hidden', { times: 1 })
  expect((await get('/livestreams')).data[0]?.viewer_count).toBe(0)
})

test('null streams and half a batch that looks offline', async () => {
  await client.injectFault('kick-api', 'null-stream', { times: 1 })
  expect((await get('/channels?slug=alpha')).data[0]).toMatchObject({
    stream: null,
    category: null,
  })
  await client.injectFault('kick-api', 'half-offline', { times: 1 })
  const { data } = await get('/channels?broadcaster_user_id=2&broadcaster_user_id=1')
  expect(data[1]?.stream.is_live).toBe(false)
})

test('the listings show who is live, and only them', async () => {
  const older = await get('/livestreams?broadcaster_user_id=1&broadcaster_user_id=2')
  expect(older.data).toMatchObject([{ broadcaster_user_id: 1, slug: 'alpha', viewer_count: 42 }])
  const newer = await get('/users/livestreams?user_id=1&user_id=2')
  expect(newer.data).toMatchObject([{ broadcaster_user: { id: 1 }, channel: { slug: 'alpha' } }])
  expect((await get('/livestreams?broadcaster_user_id=2')).data).toEqual([])
  expect((await call('GET', '/users/livestreams')).status).toBe(400)
})

test('a delayed list still shows what has just ended', async () => {
  await client.goLive(4)
  fakes.passSeconds(60)
  await client.endStream(4)
  fakes.passSeconds(5)
  expect((await get('/livestreams?broadcaster_user_id=4')).data).toEqual([])
  await client.injectFault('kick-api', 'delayed-list', { times: 2 })
  expect((await get('/livestreams?broadcaster_user_id=4')).data).toHaveLength(1)
  expect((await get('/channels?broadcaster_user_id=4')).data[0]?.stream.is_live).toBe(true)
})

test('an allowance of requests a minute ends in 429 without headers about it', async () => {
  fakes.passSeconds(60)
  await client.setAllowance(2)
  const statuses = []
  for (let request = 0; request < 3; request += 1) statuses.push(await call('GET', '/livestreams'))
  await client.setAllowance()
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429])
  expect(
    [...(statuses[2]?.headers.keys() ?? [])].filter((name) => /rate|retry/.test(name)),
  ).toEqual([])
})

test('a subscription is created, listed under other names, and deleted', async () => {
  const events = [{ name: 'chat.message.sent', version: 1 }]
  const { data } = await subscribe({ broadcaster_user_id: 1, events })
  expect(data).toEqual([
    {
      name: 'chat.message.sent',
      version: 1,
      subscription_id: expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/),
      error: '',
    },
  ])
  const listed = await get('/events/subscriptions?broadcaster_user_id=1')
  expect(listed.data).toMatchObject([
    { id: data[0]?.subscription_id, event: 'chat.message.sent', method: 'webhook', version: 1 },
  ])
  const gone = await call('DELETE', `/events/subscriptions?id=${data[0]?.subscription_id}`)
  expect([gone.status, await gone.text()]).toEqual([204, ''])
  expect((await get('/events/subscriptions')).data).toEqual([])
})

test('an unknown event is refused per item, the rest of the request is served', async () => {
  const { data } = await subscribe({
    broadcaster_user_id: 1,
    events: [
      { name: 'channel.raided', version: 1 },
      { name: 'channel.followed', version: 1 },
    ],
  })
  expect(data).toMatchObject([{ error: 'invalid event name' }, { error: '' }])
  await client.dropSubscriptions()
})

test('without a broadcaster an app token cannot subscribe', async () => {
  const { data } = await subscribe({ events: [{ name: 'kicks.gifted', version: 1 }] })
  expect(data).toBe('broadcaster_user_id is required for app tokens')
})

test('subscriptions vanish, double or fail per item in those faults', async () => {
  const wanted = { broadcaster_user_id: 1, events: [{ name: 'kicks.gifted', version: 1 }] }
  await client.injectFault('kick-api', 'subscriptions-vanish', { times: 1 })
  expect((await subscribe(wanted)).data[0]?.subscription_id).toHaveLength(26)
  expect(await client.subscriptions()).toEqual([])
  await client.injectFault('kick-api', 'item-error', { times: 1 })
  expect((await subscribe(wanted)).data[0]).toMatchObject({ error: 'internal error' })
  await subscribe(wanted)
  await subscribe(wanted)
  expect(await client.subscriptions()).toHaveLength(1)
  await client.injectFault('kick-api', 'subscriptions-doubled', { times: 1 })
  await subscribe(wanted)
  expect(await client.subscriptions()).toHaveLength(2)
  expect(await client.dropSubscriptions({ event: 'kicks.gifted' })).toEqual({ dropped: 2 })
})

test('deleting 330 subscriptions in one call is too much', async () => {
  const ids = repeated('id', [...Array(330).keys()])
  expect((await call('DELETE', `/events/subscriptions?${ids}`)).status).toBe(400)
})

test('the public key needs no token and follows a rotation, but for the fault old-key', async () => {
  const key = async () =>
    (
      await json<{ data: { public_key: string } }>(
        fetch(`${fakes.url}/kick-api/public/v1/public-key`),
      )
    ).data.public_key
  const before = await key()
  const { publicKey } = await client.rotateKey()
  expect(publicKey).not.toBe(before)
  expect(await key()).toBe(publicKey)
  await client.injectFault('kick-api', 'old-key', { times: 1 })
  expect(await key()).toBe(before)
})

test('in the fault any-code each request is refused, and not always with the same code', async () => {
  const requests = 40
  await client.injectFault('kick-api', 'any-code', { times: requests })
  const answers = Array.from({ length: requests }, () =>
    call('GET', '/channels?broadcaster_user_id=1'),
  )
  const codes = (await Promise.all(answers)).map(({ status }) => status)
  expect(codes.filter((code) => code < 400 || code > 599)).toEqual([])
  expect(new Set(codes).size).toBeGreaterThan(1)
})
