import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKickApi } from '../../src/clients/kick/api.ts'
import { createKickOauth } from '../../src/clients/kick/oauth.ts'
import { createXUsers } from '../../src/clients/x.ts'
import { answering, plainFetch, type Reply } from './answering.ts'

const KNOWN = ['RefusedError', 'UnreadableError']
const events = [{ name: 'chat.message.sent', version: 1 }]

/** Any JSON, bare or where the services put what they have to say. */
const body = fc.oneof(
  fc.string(),
  fc.json(),
  fc.jsonValue().map((data) => JSON.stringify({ data, message: 'OK' })),
  fc.array(fc.jsonValue()).map((data) => JSON.stringify({ data, errors: data })),
  fc
    .record({ is_live: fc.jsonValue(), viewer_count: fc.jsonValue(), start_time: fc.jsonValue() })
    .map((stream) => JSON.stringify({ data: [{ broadcaster_user_id: 1, slug: 's', stream }] })),
)
/** Statuses that are not tried again, so that a thousand answers take no minutes. */
const answer: fc.Arbitrary<Reply> = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 302, 400, 403, 404, 422),
  body,
})

test('whatever a service answers, its client returns something useful or an error that names the call', async () => {
  let reply: Reply = {}
  const { url } = await answering(() => reply)
  const options = { baseUrl: url, fetchFor: plainFetch }
  const token = { current: async () => 'a-1', renewed: async () => undefined }
  const kick = createKickApi({ ...options, token, pace: async () => {} })
  const oauth = createKickOauth({ ...options, clientId: 'app', clientSecret: 'secret' })
  const x = createXUsers({ ...options, bearerToken: 'token' })
  const calls = {
    'kick channels': async () => expect(await kick.channels([1])).toBeInstanceOf(Array),
    'kick subscriptions_list': async () =>
      expect(await kick.listSubscriptions()).toBeInstanceOf(Array),
    'kick subscriptions_create': async () =>
      expect(await kick.createSubscriptions({ kickUserId: 1, events })).toHaveLength(1),
    'kick_oauth token_refresh': async () =>
      expect((await oauth.refresh('r-1')).accessToken).toEqual(expect.any(String)),
    'x users_by': async () => expect((await x.byUsername(['a'])).found).toBeInstanceOf(Array),
  }
  await fc.assert(
    fc.asyncProperty(answer, async (given) => {
      reply = given
      for (const [name, call] of Object.entries(calls)) {
        await call().catch((error: Error) => {
          expect(KNOWN, String(error)).toContain(error.name)
          expect(error.message.startsWith(name)).toBe(true)
          expect(error.message.length).toBeLessThan(300)
        })
      }
    }),
    { numRuns: 200 },
  )
})

/** A field that is used, the values it may have, and how to put another value there in every item. */
interface UsedField {
  readonly call: string
  readonly items: readonly object[]
  readonly path: readonly string[]
  readonly allowed: (value: unknown) => boolean
}

const channels = Array.from({ length: 20 }, (_, n) => ({
  broadcaster_user_id: n + 1,
  slug: `slug-${n}`,
  channel_description: '',
  stream_title: 'Hi',
  category: { id: 15, name: 'Just Chatting', thumbnail: '' },
  stream: { is_live: true, viewer_count: 42, start_time: '2026-11-22T10:00:00Z', key: '', url: '' },
}))
const listed = Array.from({ length: 20 }, (_, n) => ({
  id: `01SUB${n}`,
  app_id: '01APP',
  broadcaster_user_id: n + 1,
  event: 'chat.message.sent',
  version: 1,
  method: 'webhook',
}))
const users = Array.from({ length: 20 }, (_, n) => ({
  id: String(n),
  username: `user_${n}`,
  public_metrics: { followers_count: 10, following_count: 5 },
}))
const isText = (value: unknown) => typeof value === 'string' || value === null
const isCount = (value: unknown) => typeof value === 'number' && value >= 0
const isId = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
const FIELDS: readonly UsedField[] = [
  { call: 'channels', items: channels, path: ['broadcaster_user_id'], allowed: isId },
  { call: 'channels', items: channels, path: ['slug'], allowed: isText },
  { call: 'channels', items: channels, path: ['stream_title'], allowed: isText },
  { call: 'channels', items: channels, path: ['stream'], allowed: (value) => value === null },
  {
    call: 'channels',
    items: channels,
    path: ['stream', 'is_live'],
    allowed: (value) => typeof value === 'boolean',
  },
  {
    call: 'channels',
    items: channels,
    path: ['stream', 'viewer_count'],
    allowed: (value) => value === null || isCount(value),
  },
  {
    call: 'channels',
    items: channels,
    path: ['stream', 'start_time'],
    allowed: (value) => value === null || value === '' || !Number.isNaN(Date.parse(String(value))),
  },
  {
    call: 'subscriptions',
    items: listed,
    path: ['id'],
    allowed: (value) => value !== '' && typeof value === 'string',
  },
  {
    call: 'subscriptions',
    items: listed,
    path: ['broadcaster_user_id'],
    allowed: Number.isSafeInteger,
  },
  {
    call: 'subscriptions',
    items: listed,
    path: ['event'],
    allowed: (value) => value !== '' && typeof value === 'string',
  },
  {
    call: 'users',
    items: users,
    path: ['username'],
    allowed: (value) => typeof value === 'string',
  },
  {
    call: 'users',
    items: users,
    path: ['public_metrics', 'followers_count'],
    allowed: (value) => isCount(value) && Number.isInteger(value),
  },
]

/** The item with another value at the path. */
function changed(item: object, [key = '', ...rest]: readonly string[], value: unknown): object {
  const inner = (item as Record<string, object>)[key] ?? {}
  return { ...item, [key]: rest.length === 0 ? value : changed(inner, rest, value) }
}

test('a field that changed its type in every item is an error, never a success with nothing done', async () => {
  let reply: Reply = {}
  const { url } = await answering(() => reply)
  const options = { baseUrl: url, fetchFor: plainFetch }
  const token = { current: async () => 'a-1', renewed: async () => undefined }
  const kick = createKickApi({ ...options, token, pace: async () => {} })
  const x = createXUsers({ ...options, bearerToken: 'token' })
  const ids = channels.map((channel) => channel.broadcaster_user_id)
  const names = users.map((user) => user.username)
  const calls: Record<string, () => Promise<unknown[]>> = {
    channels: () => kick.channels(ids),
    subscriptions: () => kick.listSubscriptions(),
    users: async () => [...(await x.byUsername(names)).found],
  }
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FIELDS),
      fc.oneof(fc.jsonValue(), fc.constant('7'), fc.constant(true), fc.constant({})),
      async ({ call, items, path, allowed }, value) => {
        fc.pre(!allowed(value))
        reply = { body: { data: items.map((item) => changed(item, path, value)), message: 'OK' } }
        await expect(
          calls[call]?.(),
          `${path.join('.')} = ${JSON.stringify(value)}`,
        ).rejects.toThrow(path[0] ?? '')
      },
    ),
    { numRuns: 300 },
  )
  for (const [call, items] of Object.entries({ channels, subscriptions: listed, users })) {
    reply = { body: { data: items, message: 'OK' } }
    expect(await calls[call]?.()).toHaveLength(20)
  }
})

test('an answer without end is cut off, and is an error', async () => {
  const { url } = await answering({ body: 'x'.repeat(3 * 1024 * 1024) })
  const x = createXUsers({ baseUrl: url, fetchFor: plainFetch, bearerToken: 'token' })
  await expect(x.byUsername(['a'])).rejects.toThrow('larger than 2097152 bytes')
})
