import { verify } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { eventTypes } from '../src/kick/webhooks/events.ts'
import type { variants } from '../src/kick/webhooks/variants.ts'
import { appToken, startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'
import { aReceiver } from './support/receiver.ts'

const receiver = await aReceiver()
const fakes = await startTestFakes({ webhookUrl: receiver.url })
const { client } = fakes

type Received = (typeof receiver.received)[number]
const header = (one: Received | undefined, name: string) =>
  String(one?.headers[`kick-event-${name}`])
const bodyOf = (one: Received | undefined) => JSON.parse(String(one?.body))

/** Checks a delivery with the key that the API serves, as a receiver would. */
async function isGenuine(one: Received | undefined): Promise<boolean> {
  const answer = fetch(`${fakes.url}/kick-api/public/v1/public-key`)
  const { data } = await json<{ data: { public_key: string } }>(answer)
  const signed = `${header(one, 'message-id')}.${header(one, 'message-timestamp')}.`
  return verify(
    'RSA-SHA256',
    Buffer.concat([Buffer.from(signed), one?.body ?? Buffer.alloc(0)]),
    data.public_key,
    Buffer.from(header(one, 'signature'), 'base64'),
  )
}

beforeEach(async () => {
  receiver.received.length = 0
  receiver.status = 200
  await client.clearFaults()
})

test('a delivery carries Kick’s headers and a signature by the served key', async () => {
  await client.sendWebhook({ type: 'channel.followed', broadcasterUserId: 1 })
  const [one] = receiver.received
  expect(one?.method).toBe('POST')
  expect(one?.headers).toMatchObject({
    'user-agent': 'Go-http-client/1.1',
    'content-type': 'application/json',
    'kick-event-type': 'channel.followed',
    'kick-event-version': '1',
  })
  expect(header(one, 'message-id')).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  expect(header(one, 'signature')).toHaveLength(344)
  expect(header(one, 'message-timestamp')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect(await isGenuine(one)).toBe(true)
})

test.each(eventTypes)('%s is delivered with a body of its own', async (type) => {
  await client.sendWebhook({ type, broadcasterUserId: 1 })
  const body = bodyOf(receiver.received[0])
  expect(body.broadcaster).toMatchObject({ user_id: 1, channel_slug: 'streamer-1' })
  expect(Object.keys(body).length).toBeGreaterThan(1)
})

test('fields of the body can be given', async () => {
  await client.sendWebhook({
    type: 'chat.message.sent',
    broadcasterUserId: 1,
    body: { content: 'hello' },
  })
  expect(bodyOf(receiver.received[0]).content).toBe('hello')
})

/** What each variant must look like to the receiver. */
const proofs: Record<keyof typeof variants, (all: Received[]) => Promise<void> | void> = {
  'wrong-signature': async ([one]) => {
    expect(header(one, 'signature')).toHaveLength(344)
    expect(await isGenuine(one)).toBe(false)
  },
  'no-signature': ([one]) => expect(one?.headers['kick-event-signature']).toBeUndefined(),
  'broken-signature': ([one]) => expect(header(one, 'signature')).toBe('%%%'),
  'altered-body': async ([one]) => expect(await isGenuine(one)).toBe(false),
  'altered-id': async ([one]) => expect(await isGenuine(one)).toBe(false),
  'altered-type': async ([one]) => {
    expect(header(one, 'type')).toBe('kicks.gifted')
    expect(await isGenuine(one)).toBe(true)
  },
  'no-headers': ([one]) =>
    expect(Object.keys(one?.headers ?? {}).filter((name) => name.startsWith('kick-'))).toEqual([]),
  'no-type': ([one]) => expect(one?.headers['kick-event-type']).toBeUndefined(),
  'bad-timestamp': ([one]) => expect(header(one, 'message-timestamp')).toBe('yesterday'),
  stale: async ([one]) => {
    expect(Date.parse(header(one, 'message-timestamp'))).toBeLessThan(Date.now() - 24 * 3_600_000)
    expect(await isGenuine(one)).toBe(true)
  },
  'from-the-future': async ([one]) => {
    expect(Date.parse(header(one, 'message-timestamp'))).toBeGreaterThan(
      Date.now() + 24 * 3_600_000,
    )
    expect(await isGenuine(one)).toBe(true)
  },
  late: async ([one]) => {
    expect(Date.parse(header(one, 'message-timestamp'))).toBeLessThan(Date.now() - 5 * 3_600_000)
    expect(await isGenuine(one)).toBe(true)
  },
  compressed: ([one]) => expect(one?.headers['content-encoding']).toBe('gzip'),
  'delivered-twice': ([one, other]) =>
    expect(header(other, 'message-id')).toBe(header(one, 'message-id')),
  'subscribed-twice': ([one, other]) => {
    expect(header(other, 'message-id')).not.toBe(header(one, 'message-id'))
    expect(other?.body).toEqual(one?.body)
  },
  'unknown-type': ([one]) => expect(header(one, 'type')).toBe('channel.raided'),
  'version-2': ([one]) => expect(header(one, 'version')).toBe('2'),
  'extra-fields': ([one]) => expect(bodyOf(one).brand_new).toBeDefined(),
  'null-emotes': ([one]) => expect(bodyOf(one).emotes).toBeNull(),
  'numeric-emote-id': ([one]) => expect(bodyOf(one).emotes[0].emote_id).toBe(1),
  'anonymous-gifter': ([one]) =>
    expect(bodyOf(one).sender).toMatchObject({ is_anonymous: true, user_id: null }),
  'nine-digit-fraction': ([one]) => expect(bodyOf(one).created_at).toMatch(/\.\d{9}Z$/),
  'offset-time': async ([one]) => expect(await isGenuine(one)).toBe(true),
  'year-one': ([one]) => expect(bodyOf(one).created_at).toBe('0001-01-01T00:00:00Z'),
  'not-json': ([one]) => expect(() => bodyOf(one)).toThrow(SyntaxError),
  'not-an-object': ([one]) => expect(bodyOf(one)).toEqual([1]),
  'empty-body': ([one]) => expect(one?.body).toHaveLength(0),
  'wrong-shape': ([one]) => expect(bodyOf(one)).toEqual({ broadcaster: 'unknown' }),
  'too-large': ([one]) => expect(one?.body.length).toBeGreaterThan(1_048_576),
  'by-get': ([one]) => expect(one?.method).toBe('GET'),
}

describe('a variant', () => {
  test.each(Object.entries(proofs))('%s is seen by the receiver', async (variant, proof) => {
    await client.sendWebhook({
      type: 'chat.message.sent',
      broadcasterUserId: 1,
      variant: variant as keyof typeof variants,
    })
    expect(receiver.received.length).toBeGreaterThan(0)
    await proof(receiver.received)
  })

  test('can be the fault of every delivery', async () => {
    await client.injectFault('kick-webhooks', 'wrong-signature')
    await client.sendWebhook({ type: 'kicks.gifted', broadcasterUserId: 1 })
    expect(await isGenuine(receiver.received[0])).toBe(false)
  })
})

test('the end of a stream names the same start as its beginning', async () => {
  await client.goLive(7)
  const type = 'livestream.status.updated'
  await client.sendWebhook({ type, broadcasterUserId: 7 })
  await client.endStream(7)
  await client.sendWebhook({ type, broadcasterUserId: 7 })
  const [start, end] = receiver.received.map(bodyOf)
  expect(start).toMatchObject({ is_live: true, ended_at: null })
  expect(end).toMatchObject({ is_live: false, started_at: start.started_at })
  expect(end.ended_at).toMatch(/Z$/)
})

describe('what happens on a channel', () => {
  const subscribe = async (name: string) =>
    fetch(`${fakes.url}/kick-api/public/v1/events/subscriptions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await appToken(fakes.url)}` },
      body: JSON.stringify({
        broadcaster_user_id: 8,
        events: [{ name, version: 1 }],
        method: 'webhook',
      }),
    })
  const event = { type: 'channel.followed', broadcasterUserId: 8 } as const

  test('reaches subscribers only, under the id of their subscription', async () => {
    expect(await client.emit(event)).toEqual([])
    await subscribe('channel.followed')
    const [delivery] = await client.emit(event)
    expect(delivery).toMatchObject({ outcome: '200', type: 'channel.followed' })
    const [subscription] = await client.subscriptions()
    expect(header(receiver.received[0], 'subscription-id')).toBe(subscription?.id)
  })

  test('is lost in the fault silent', async () => {
    await client.injectFault('kick-webhooks', 'silent')
    expect(await client.emit(event)).toEqual([])
    expect(receiver.received).toEqual([])
  })

  test('leaves late in the fault late', async () => {
    await client.injectFault('kick-webhooks', 'late', { seconds: 0.2 })
    const telling = client.emit(event)
    expect(receiver.received).toEqual([])
    expect(await telling).toHaveLength(1)
  })

  test('is overtaken by what happens next in the fault out-of-order', async () => {
    await client.injectFault('kick-webhooks', 'out-of-order', { times: 1 })
    const first = client.sendWebhook({ ...event, messageId: 'first' })
    await expect.poll(client.faults).toEqual([])
    await client.sendWebhook({ ...event, messageId: 'second' })
    await first
    expect(receiver.received.map((one) => header(one, 'message-id'))).toEqual(['second', 'first'])
  })

  test('is not tried again when the receiver fails, and unsubscribed after a day of it', async () => {
    receiver.status = 500
    const [first] = await client.emit(event)
    expect(first?.outcome).toBe('500')
    expect(receiver.received).toHaveLength(1)
    fakes.passSeconds(86_401)
    await client.emit(event)
    expect(await client.subscriptions()).toEqual([])
  })

  test('is unsubscribed at once in the fault impatient', async () => {
    await subscribe('channel.followed')
    receiver.status = 404
    await client.injectFault('kick-webhooks', 'impatient')
    await client.emit(event)
    expect(await client.subscriptions()).toEqual([])
  })
})

test('a receiver that is gone is an outcome, not an error', async () => {
  const gone = { type: 'kicks.gifted', broadcasterUserId: 1, url: 'http://127.0.0.1:9/' } as const
  const [delivery] = await client.sendWebhook(gone)
  expect(delivery?.outcome).not.toBe('200')
})
