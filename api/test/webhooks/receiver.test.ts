import { request } from 'node:http'
import type { Socket } from 'node:net'
import { until } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'
import { createPublicKeys } from '../../src/webhooks/public-key.ts'
import { recordListed } from '../../src/webhooks/subscriptions.ts'
import { answering } from '../clients/answering.ts'
import { useBackend } from '../support/backend.ts'
import { aMessageId, settled } from '../support/inbox.ts'

const backend = useBackend()
const chat = { type: 'chat.message.sent', broadcasterUserId: 4711 } as const

function stored(messageId: string) {
  return backend.query('select id from webhooks.incoming where message_id = $1', [messageId])
}

/** The headers of a delivery that Kick made to another address. */
async function genuineHeaders(): Promise<Record<string, string>> {
  const { url, seen } = await answering({})
  await backend.fakes.sendWebhook({ ...chat, url })
  const headers = Object.entries(seen[0]?.headers ?? {})
  return Object.fromEntries(
    headers.flatMap(([name, value]) => (/^kick-/.test(name) ? [[name, String(value)]] : [])),
  )
}

async function received(eventType: string, result: string) {
  return (
    (await backend.scrape()).get(
      `vf_webhook_received_total{service="api",source="kick",event_type="${eventType}",result="${result}"}`,
    ) ?? Number.NaN
  )
}

describe('a delivery is answered, counted, and stored only when Kick signed it:', () => {
  it.each([
    ['wrong-signature', '401', 'invalid_signature', 'chat.message.sent'],
    ['broken-signature', '401', 'invalid_signature', 'chat.message.sent'],
    ['altered-body', '401', 'invalid_signature', 'chat.message.sent'],
    ['altered-id', '401', 'invalid_signature', 'chat.message.sent'],
    ['no-signature', '400', 'missing_headers', 'chat.message.sent'],
    ['no-type', '400', 'missing_headers', 'unknown'],
    ['no-headers', '400', 'missing_headers', 'unknown'],
    ['bad-timestamp', '401', 'stale_timestamp', 'chat.message.sent'],
    ['stale', '401', 'stale_timestamp', 'chat.message.sent'],
    ['from-the-future', '401', 'stale_timestamp', 'chat.message.sent'],
    ['by-get', '405', 'bad_method', 'chat.message.sent'],
    ['too-large', '413', 'invalid_signature', 'chat.message.sent'],
    ['compressed', '415', 'invalid_signature', 'chat.message.sent'],
  ] as const)('%s → %s %s', async (variant, outcome, result, eventType) => {
    const before = await received(eventType, result)
    const messageId = aMessageId()
    const [delivery] = await backend.fakes.sendWebhook({ ...chat, variant, messageId })
    expect(delivery?.outcome).toBe(outcome)
    expect(await received(eventType, result)).toBe(before + 1)
    expect(await stored(messageId)).toEqual([])
  })

  it.each([
    'not-json',
    'not-an-object',
    'empty-body',
    'unknown-type',
    'version-2',
    'altered-type',
  ] as const)('%s → 200, for what a body means is not the question yet', async (variant) => {
    const messageId = aMessageId()
    const [delivery] = await backend.fakes.sendWebhook({ ...chat, variant, messageId })
    expect(delivery?.outcome).toBe('200')
    expect(await stored(messageId)).toHaveLength(1)
  })

  it('counts what could not be stored as an error, even when Kick has not waited for the answer', async () => {
    const before = await received('chat.message.sent', 'error')
    const obstacle = await backend.db.connect()
    await obstacle.query('begin; lock table webhooks.incoming in access exclusive mode')
    try {
      const [delivery] = await backend.fakes.sendWebhook(chat)
      expect(delivery?.outcome).not.toBe('200')
      await until(
        'it is counted',
        async () => (await received('chat.message.sent', 'error')) > before,
        { withinMs: 10_000 },
      )
    } finally {
      await obstacle.query('rollback')
      obstacle.release()
    }
  })

  it('files a type that Kick does not document under `other`, never under its own name', async () => {
    const before = await received('other', 'ok')
    await backend.fakes.sendWebhook({ ...chat, variant: 'unknown-type' })
    expect(await received('other', 'ok')).toBe(before + 1)
    expect([...(await backend.scrape()).keys()].join()).not.toContain('channel.raided')
  })

  it('refuses a body that is too large without an announced length, and lives on', async () => {
    const chunk = new Uint8Array(256 * 1024)
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(chunk),
    })
    const response = await fetch(`${backend.url}/wh/kick`, {
      method: 'POST',
      headers: await genuineHeaders(),
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
    const [delivery] = await backend.fakes.sendWebhook(chat)
    expect(delivery?.outcome).toBe('200')
  })
})

describe('before a signature is verified', () => {
  /** Sends the head of a delivery and some of its body, and waits for the answer. */
  const sendHead = (headers: Record<string, string>) =>
    new Promise<{ status: number; socket: Socket }>((resolve, reject) => {
      const sent = request(`${backend.url}/wh/kick`, { method: 'POST', headers }, (answer) =>
        resolve({ status: answer.statusCode ?? 0, socket: answer.socket }),
      )
      sent.on('error', reject)
      sent.write('{')
    })

  it('a forged delivery is refused although its body never comes', async () => {
    const headers = await genuineHeaders()
    const forged = Buffer.alloc(256, 7).toString('base64')
    const { status, socket } = await sendHead({
      ...headers,
      'kick-event-signature': forged,
      'content-length': '1048576',
    })
    expect(status).toBe(401)
    await until('the connection is closed', () => socket.destroyed, { withinMs: 10_000 })
  })

  it('a signature that came with wrong bodies is refused before the next body', async () => {
    const headers = await genuineHeaders()
    for (let times = 0; times < 3; times++) {
      const body = `{"wrong":${times}}`
      const reply = await fetch(`${backend.url}/wh/kick`, { method: 'POST', headers, body })
      expect(reply.status).toBe(401)
    }
    const { status } = await sendHead({ ...headers, 'content-length': '1048576' })
    expect(status).toBe(401)
  })

  it('a body that does not arrive in time is cut off', async () => {
    const headers = { ...(await genuineHeaders()), 'content-length': '1048576' }
    const outcome = await sendHead(headers).then(
      ({ status }) => status,
      (error: NodeJS.ErrnoException) => error.code,
    )
    expect([408, 'ECONNRESET']).toContain(outcome)
  })

  it.each([
    ['kick-event-message-id', 'id.2026-11-22T10:00:00Z'],
    ['kick-event-message-id', 'x'.repeat(65)],
    ['kick-event-type', 'x'.repeat(101)],
    ['kick-event-type', 'chat message'],
    ['kick-event-version', '1; drop'],
    ['kick-event-subscription-id', 'x'.repeat(65)],
  ])('%s: %s is malformed', async (name, value) => {
    const headers = { ...(await genuineHeaders()), [name]: value }
    const reply = await fetch(`${backend.url}/wh/kick`, { method: 'POST', headers, body: '{}' })
    expect(reply.status).toBe(400)
  })
})

describe('a delivery that comes late', () => {
  it('is stored once within a day', async () => {
    const messageId = aMessageId()
    const send = async () =>
      (await backend.fakes.sendWebhook({ ...chat, messageId, variant: 'late' }))[0]
    expect((await send())?.outcome).toBe('200')
    expect(JSON.parse((await send())?.answer ?? '').status).toBe('already_processed')
    expect(await stored(messageId)).toHaveLength(1)
  })
})

describe('a delivery for another app', () => {
  it('is set apart, does not count as received, and is processed once Kick lists its subscription', async () => {
    const replica = await createReplicaThatKnows('01OURS')
    const send = (subscriptionId: string, messageId: string) =>
      backend.fakes.sendWebhook({
        ...chat,
        body: { message_id: messageId },
        messageId,
        subscriptionId,
        url: `${replica.url}/wh/kick`,
      })
    const lastReceived = async () =>
      /^vf_webhook_last_received_timestamp_seconds\{.*\} (.*)$/m.exec(
        await (await fetch(replica.metricsUrl)).text(),
      )?.[1]
    const before = await lastReceived()
    const foreign = aMessageId()
    expect((await send('01THEIRS', foreign))[0]?.outcome).toBe('200')
    expect(await settled(backend, foreign)).toMatchObject({
      result: 'ignored',
      last_error: 'the subscription is not known to be one of this app',
    })
    expect(await lastReceived()).toBe(before)

    const own = aMessageId()
    await send('01OURS', own)
    expect((await settled(backend, own)).result).toBe('ok')
    expect(await lastReceived()).not.toBe(before)

    await recordListed(backend.db, ['01OURS', '01THEIRS'])
    await until(
      'the foreign one is processed',
      async () => (await settled(backend, foreign)).result === 'ok',
      { withinMs: 10_000 },
    )
    await recordListed(backend.db, [])
  })

  async function createReplicaThatKnows(subscriptionId: string) {
    await recordListed(backend.db, [subscriptionId])
    return await backend.replica()
  }
})

describe('a delivery that comes again', () => {
  it('is acknowledged as already processed', async () => {
    const deliveries = await backend.fakes.sendWebhook({ ...chat, variant: 'delivered-twice' })
    expect(deliveries.map(({ outcome }) => outcome)).toEqual(['200', '200'])
    expect(deliveries.map(({ answer }) => JSON.parse(answer).status)).toEqual([
      'ok',
      'already_processed',
    ])
  })

  it('at once, to two replicas, is stored once', async () => {
    const replica = await backend.replica()
    const messageId = aMessageId()
    const deliveries = await Promise.all(
      Array.from({ length: 12 }, (_, turn) => {
        const url = `${turn % 2 ? backend.url : replica.url}/wh/kick`
        return backend.fakes.sendWebhook({ ...chat, messageId, url })
      }),
    )
    const answers = deliveries.flat().map(({ answer }) => JSON.parse(answer).status)
    expect(answers.sort()).toEqual([
      'already_processed',
      ...Array(10).fill('already_processed'),
      'ok',
    ])
    expect(await stored(messageId)).toHaveLength(1)
  })
})

describe("Kick's key", () => {
  it('is fetched again when Kick signs with another one, and remembered while Kick is down', async () => {
    const { publicKey } = await backend.fakes.rotateKey()
    const [rotated] = await backend.fakes.sendWebhook(chat)
    expect(rotated?.outcome).toBe('200')
    await until(
      'the key is stored',
      async () => {
        const [stored] = await backend.query<{ pem: string }>(
          'select pem from webhooks.public_keys',
        )
        return stored?.pem === publicKey
      },
      { withinMs: 10_000, everyMs: 10 },
    )
    await backend.fakes.injectFault('kick-api', 'server-error')
    const { url } = await backend.replica()
    const [delivery] = await backend.fakes.sendWebhook({ ...chat, url: `${url}/wh/kick` })
    await backend.fakes.clearFaults()
    expect(delivery?.outcome).toBe('200')
  })

  it('still counts for what it signed just before it was replaced', async () => {
    const { url, seen } = await answering({})
    await backend.fakes.sendWebhook({ ...chat, url })
    await backend.fakes.rotateKey()
    await backend.fakes.sendWebhook(chat)
    const [late] = seen
    const headers = Object.entries(late?.headers ?? {}).filter(([name]) =>
      /^kick-|type$/.test(name),
    )
    const reply = await fetch(`${backend.url}/wh/kick`, {
      method: 'POST',
      headers: headers as [string, string][],
      body: late?.body ?? '',
    })
    expect(reply.status).toBe(200)
  })

  it('is not asked for again and again because strangers sign', async () => {
    const asked = async () => {
      const counts = await backend.fakes.requestCounts('kick-api')
      return counts
        .filter(({ operation }) => operation === 'public-key')
        .reduce((sum, { count }) => sum + count, 0)
    }
    const before = await asked()
    await Promise.all(
      Array.from({ length: 60 }, () =>
        backend.fakes.sendWebhook({ ...chat, variant: 'wrong-signature' }),
      ),
    )
    expect((await asked()) - before).toBeLessThanOrEqual(6)
  })

  it('is asked for once by many deliveries that come before it is known', async () => {
    let asked = 0
    const keys = createPublicKeys({
      fetchPem: async () => {
        asked++
        throw new Error('Kick is down')
      },
      loadPem: async () => undefined,
      storePem: async () => {},
      log: { warn: () => {} },
    })
    const tries = await Promise.allSettled(Array.from({ length: 20 }, () => keys.current()))
    expect(tries.map(({ status }) => status)).toEqual(Array(20).fill('rejected'))
    expect(asked).toBe(1)
  })
})

it('tells when the last signed delivery came, also after a restart', async () => {
  await backend.fakes.sendWebhook(chat)
  const name = 'vf_webhook_last_received_timestamp_seconds{service="api",source="kick"}'
  const now = Date.now() / 1000
  const shown = (await backend.scrape()).get(name) ?? 0
  expect(Math.abs(now - shown)).toBeLessThan(30)
  const { metricsUrl } = await backend.replica()
  expect(await (await fetch(metricsUrl)).text()).toContain(name)
})
