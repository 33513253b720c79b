import { until } from '@verifluence/testkit'
import { describe, expect, it } from 'vitest'
import { createPublicKeys } from '../../src/webhooks/public-key.ts'
import { answering } from '../clients/answering.ts'
import { useBackend } from '../support/backend.ts'
import { aMessageId } from '../support/inbox.ts'

const backend = useBackend()
const chat = { type: 'chat.message.sent', broadcasterUserId: 4711 } as const

function stored(messageId: string) {
  return backend.query('select id from webhooks.incoming where message_id = $1', [messageId])
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
  ] as const)('%s → %s %s', async (variant, outcome, result, eventType) => {
    const before = await received(eventType, result)
    const messageId = aMessageId()
    const [delivery] = await backend.world.sendWebhook({ ...chat, variant, messageId })
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
    const [delivery] = await backend.world.sendWebhook({ ...chat, variant, messageId })
    expect(delivery?.outcome).toBe('200')
    expect(await stored(messageId)).toHaveLength(1)
  })

  it('counts what could not be stored as an error, even when Kick has not waited for the answer', async () => {
    const before = await received('chat.message.sent', 'error')
    const obstacle = await backend.db.connect()
    await obstacle.query('begin; lock table webhooks.incoming in access exclusive mode')
    try {
      const [delivery] = await backend.world.sendWebhook(chat)
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
    await backend.world.sendWebhook({ ...chat, variant: 'unknown-type' })
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
      headers: {
        'kick-event-message-id': aMessageId(),
        'kick-event-message-timestamp': new Date().toISOString(),
        'kick-event-signature': 'AAAA',
        'kick-event-type': 'chat.message.sent',
      },
      body,
      duplex: 'half',
    } as RequestInit)
    expect(response.status).toBe(413)
    const [delivery] = await backend.world.sendWebhook(chat)
    expect(delivery?.outcome).toBe('200')
  })
})

describe('a delivery that comes again', () => {
  it('is acknowledged as already processed', async () => {
    const deliveries = await backend.world.sendWebhook({ ...chat, variant: 'delivered-twice' })
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
        return backend.world.sendWebhook({ ...chat, messageId, url })
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
  it('is fetched anew when Kick signs with another one, and remembered while Kick is down', async () => {
    const { publicKey } = await backend.world.rotateKey()
    const [rotated] = await backend.world.sendWebhook(chat)
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
    await backend.world.injectFault('kick-api', 'server-error')
    const { url } = await backend.replica()
    const [delivery] = await backend.world.sendWebhook({ ...chat, url: `${url}/wh/kick` })
    await backend.world.clearFaults()
    expect(delivery?.outcome).toBe('200')
  })

  it('still counts for what it signed just before it was replaced', async () => {
    const { url, seen } = await answering({})
    await backend.world.sendWebhook({ ...chat, url })
    await backend.world.rotateKey()
    await backend.world.sendWebhook(chat)
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
      const counts = await backend.world.requestCounts('kick-api')
      return counts
        .filter(({ operation }) => operation === 'public-key')
        .reduce((sum, { count }) => sum + count, 0)
    }
    const before = await asked()
    await Promise.all(
      Array.from({ length: 60 }, () =>
        backend.world.sendWebhook({ ...chat, variant: 'wrong-signature' }),
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
  await backend.world.sendWebhook(chat)
  const name = 'vf_webhook_last_received_timestamp_seconds{service="api",source="kick"}'
  const now = Date.now() / 1000
  const told = (await backend.scrape()).get(name) ?? 0
  expect(Math.abs(now - told)).toBeLessThan(30)
  const { metricsUrl } = await backend.replica()
  expect(await (await fetch(metricsUrl)).text()).toContain(name)
})
