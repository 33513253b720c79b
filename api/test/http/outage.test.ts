import { setTimeout as pause } from 'node:timers/promises'
import { until } from '@verifluence/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import { createClient } from '../support/client.ts'
import { aMessageId, settled } from '../support/inbox.ts'
import { anOperator, type Member } from '../support/people.ts'
import { type Severable, severable } from '../support/severable.ts'

const backend = useBackend()
const chat = { type: 'chat.message.sent', broadcasterUserId: 4711 } as const
let way: Severable
let operator: Pick<Member, 'get'>
let api: { url: string; metricsUrl: string }

beforeAll(async () => {
  const url = new URL(backend.environment.DATABASE_URL ?? '')
  way = await severable({ port: Number(url.port || 5432), host: url.hostname })
  url.port = String(way.port)
  api = await backend.replica({ DATABASE_URL: url.href })
  operator = (await anOperator(backend)).at(api.url)
})

afterEach(() => way.restore())
afterAll(() => way.close())

async function send() {
  const messageId = aMessageId()
  const [delivery] = await backend.fakes.sendWebhook({
    ...chat,
    messageId,
    url: `${api.url}/wh/kick`,
  })
  return { messageId, outcome: delivery?.outcome }
}

function everythingWorks() {
  return until(
    'recovery',
    async () =>
      (await operator.get('/api/offers')).status === 200 &&
      (await createClient(api.url).get('/_readiness')).status === 200 &&
      (await send()).outcome === '200',
    { withinMs: 15_000 },
  )
}

it('an outage of half a minute is over when the database is back', async () => {
  await everythingWorks()
  way.cut()
  const over = Date.now() + 30_000
  const seen = new Set<number>()
  const outcomes = new Set<string | undefined>()
  while (Date.now() < over) {
    seen.add((await operator.get('/api/offers')).status)
    outcomes.add((await send()).outcome)
    await pause(200)
  }
  expect([...seen]).toEqual([503])
  expect(outcomes).toContain('500')
  expect(outcomes).not.toContain('200')
  way.restore()
  await everythingWorks()
  const { messageId } = await send()
  expect((await settled(backend, messageId)).result).toBe('ok')
}, 90_000)

describe.each(['cut', 'freeze'] as const)('while the database is away (%s)', (how) => {
  it('requests get 503, no webhook is acknowledged, and everything recovers by itself', async () => {
    await everythingWorks()
    way[how]()
    for (let round = 0; round < (how === 'cut' ? 3 : 1); round++) {
      const [request, delivery] = await Promise.all([operator.get('/api/offers'), send()])
      expect(request).toMatchObject({
        status: 503,
        body: { error: { code: 'unavailable', message: expect.stringContaining('database') } },
      })
      expect(Number(request.headers.get('retry-after'))).toBeGreaterThan(0)
      // Kick has waited a second at most; whatever it saw, it was no acknowledgement.
      expect(['500', 'timeout']).toContain(delivery.outcome)
      if (how === 'cut') expect(delivery.outcome).toBe('500')
    }
    await until(
      'not ready',
      async () => (await createClient(api.url).get('/_readiness')).status === 503,
      { withinMs: 5_000, everyMs: 20 },
    )
    expect((await createClient(api.url).get('/_liveness')).status).toBe(200)

    // The port that tells of it still answers, less what needs the database.
    const scrape = await (await fetch(api.metricsUrl)).text()
    expect(scrape).toMatch(/vf_webhook_received_total\{[^}]*result="error"} [1-9]/)
    expect(scrape).not.toMatch(/^vf_webhook_backlog/m)

    way.restore()
    await everythingWorks()
    const { messageId } = await send()
    expect((await settled(backend, messageId)).result).toBe('ok')
  })
})
