import { once } from 'node:events'
import { until } from '@verifluence/testkit'
import pino from 'pino'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createKickOauth } from '../../src/clients/kick/oauth.ts'
import { openPool } from '../../src/db/pool.ts'
import { kickTokenRefresh } from '../../src/jobs/kick-token-refresh.ts'
import { answering, plainFetch } from '../clients/answering.ts'
import { severable } from '../support/severable.ts'
import { setStage } from './stage.ts'

const stage = setStage()

interface Token {
  readonly kick_user_id: string
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_at: Date
  readonly refused_at: Date | null
}

function tokens() {
  return stage.query<Token>(
    `select kick_user_id, access_token, refresh_token, expires_at, refused_at from kick_tokens
     where kick_user_id is not null order by kick_user_id`,
  )
}

/** A streamer's token that Kick knows, expiring in some minutes. */
async function connect(kickUserId: number, minutes: number) {
  const value = `r-${kickUserId}`
  await stage.fakes.admitToken({
    value,
    use: 'refresh',
    userId: kickUserId,
    scope: 'user:read',
  })
  await stage.query(
    `insert into kick_tokens (kick_user_id, access_token, refresh_token, scope, expires_at)
     values ($1, $2, $3, 'user:read', $4)`,
    [kickUserId, `u-${kickUserId}`, value, new Date(stage.now().getTime() + minutes * 60_000)],
  )
}

async function asked() {
  return (await stage.fakes.requests('kick-id')).length
}

test('tokens near expiry are refreshed, others and the one of the app are left alone', async () => {
  await connect(1, 10)
  await connect(2, 119)
  await connect(3, -30)
  await stage.query(`insert into kick_tokens (access_token, expires_at) values ('app', now())`)
  await stage.run(kickTokenRefresh)

  expect(await asked()).toBe(2)
  const [near, fresh, expired] = await tokens()
  expect(fresh).toMatchObject({ access_token: 'u-2', refresh_token: 'r-2' })
  for (const token of [near, expired]) {
    expect(token?.access_token).toMatch(/^u-.{36}$/)
    expect(token?.refresh_token).toMatch(/^r-.{36}$/)
    expect(token?.expires_at.getTime()).toBeGreaterThan(stage.now().getTime() + 110 * 60_000)
  }
})

test('refresh tokens that work only once are replaced every time', async () => {
  await stage.fakes.injectFault('kick-id', 'single-use-refresh')
  await connect(1, 10)
  for (let run = 0; run < 3; run++) await stage.run(kickTokenRefresh, { minutes: 60 })
  expect(await asked()).toBe(3)
  expect(await tokens()).toMatchObject([{ refused_at: null }])
})

test('a shutdown lets refreshes under way finish, so that no new token is lost', async () => {
  await stage.fakes.injectFault('kick-id', 'slow', { seconds: 0.3 })
  for (let id = 1; id <= 20; id++) await connect(id, 10)
  const controller = new AbortController()
  const run = stage.run(kickTokenRefresh, { signal: controller.signal })
  await until('a first refresh', async () => (await asked()) > 0, { withinMs: 10_000, everyMs: 20 })
  controller.abort(new Error('shutting down'))
  await expect(run).rejects.toThrow('shutting down')
  const rotated = (await tokens()).filter((token) => token.refresh_token.length > 10)
  expect(rotated).toHaveLength(await asked())
  expect(rotated.length).toBeLessThan(20)
})

test('a new refresh token outlives a database that is away for longer than a few tries', async () => {
  await connect(1, 10)
  await stage.fakes.injectFault('kick-id', 'slow', { seconds: 0.5 })
  const url = new URL(stage.db.options.connectionString ?? '')
  const way = await severable({ host: url.hostname, port: Number(url.port || 5432) })
  url.port = String(way.port)
  const db = openPool({
    url: url.href,
    name: 'cut',
    size: 2,
    connectMs: 1000,
    statementMs: 1000,
    log: pino({ level: 'silent' }),
  })
  onTestFinished(async () => {
    await db.end()
    await way.close()
  })
  const dueAreRead = once(db, 'release')
  const run = stage.run(kickTokenRefresh, { db })
  await dueAreRead
  // Kick takes half a second to answer: its answer finds the database gone.
  way.cut()
  const cutAt = Date.now()
  const restored = new Promise<void>((resolve) => {
    setTimeout(() => {
      way.restore()
      resolve()
    }, 8000)
  })
  await Promise.all([run, restored])
  const [stored] = await tokens()
  expect(stored?.refresh_token).toMatch(/^r-.{36}$/)
  // Two hours from when Kick answered, not from when there was a place for it.
  expect(stored?.expires_at.getTime()).toBeLessThan(cutAt + 7200_000 + 5000)
})

describe('a grant that Kick refuses', () => {
  test('is given up after two refusals, is no failure, and is then tried once a day', async () => {
    await connect(1, 10)
    await stage.fakes.revokeTokens('all')
    await stage.run(kickTokenRefresh)
    expect(await tokens()).toMatchObject([{ refresh_token: 'r-1', refused_at: null }])
    await stage.run(kickTokenRefresh, { minutes: 60 })
    expect(await tokens()).toMatchObject([{ refresh_token: 'r-1', refused_at: expect.any(Date) }])
    for (let hour = 0; hour < 23; hour++) await stage.run(kickTokenRefresh, { minutes: 60 })
    expect(await asked()).toBe(2)
    await stage.run(kickTokenRefresh, { minutes: 60 })
    expect(await asked()).toBe(3)
    await stage.run(kickTokenRefresh, { minutes: 31 * 24 * 60 })
    expect(await asked()).toBe(3)
  })

  test('comes back by itself when Kick was wrong', async () => {
    await connect(1, 10)
    await stage.query(
      `update kick_tokens set refusals = 2, refused_at = $1, retry_refused_at = $1`,
      [stage.now()],
    )
    await stage.run(kickTokenRefresh, { minutes: 60 })
    const [token] = await tokens()
    expect(token).toMatchObject({ refused_at: null })
    expect(token?.refresh_token).not.toBe('r-1')
  })

  test('is none when Kick refuses many at once: the run fails and gives up none', async () => {
    for (let id = 1; id <= 100; id++) await connect(id, 10)
    await stage.fakes.revokeTokens('all')
    for (let run = 0; run < 3; run++) {
      await expect(stage.run(kickTokenRefresh, { minutes: 1 })).rejects.toThrow(
        'Kick refuses more than 5 of 100 grants; none was given up',
      )
    }
    expect((await tokens()).filter((token) => token.refused_at)).toEqual([])
    // Stopped early: four at a time, and a few more were in flight.
    expect(await asked()).toBeLessThan(3 * 12)
  })

  test('is none when the answer to a rotation was lost: the run fails, and the next one decides', async () => {
    await connect(1, 10)
    let replies = 0
    const { url } = await answering(() => {
      replies++
      return replies === 1 ? 'reset' : { status: 400, body: { error: 'invalid_grant' } }
    })
    const kickOauth = createKickOauth({
      baseUrl: url,
      clientId: 'app',
      clientSecret: 'secret',
      fetchFor: plainFetch,
    })
    await expect(stage.run(kickTokenRefresh, { clients: { kickOauth } })).rejects.toThrow(
      'not certain',
    )
    expect(await tokens()).toMatchObject([{ refresh_token: 'r-1', refused_at: null }])
  })

  test('costs the others nothing', async () => {
    for (const id of [1, 2, 3]) await connect(id, 10)
    await stage.query(`update kick_tokens set refresh_token = 'r-unknown' where kick_user_id = 2`)
    await stage.run(kickTokenRefresh)
    await stage.run(kickTokenRefresh, { minutes: 60 })
    const refused = (await tokens()).filter((token) => token.refused_at)
    expect(refused.map((token) => token.kick_user_id)).toEqual(['2'])
  })
})

describe("answers of Kick's OAuth server that are no refusal of the grant", () => {
  test.each(['empty-bad-request', 'not-found', 'html-page', 'empty-body', 'unauthorized'] as const)(
    '%s fails the run and leaves the token for the next one',
    async (fault) => {
      await connect(1, 10)
      await stage.fakes.injectFault('kick-id', fault)
      await expect(stage.run(kickTokenRefresh)).rejects.toThrow('1 of 1 tokens failed')
      expect(await tokens()).toMatchObject([{ refresh_token: 'r-1', refused_at: null }])
      await stage.fakes.clearFaults()
      await stage.run(kickTokenRefresh)
      expect((await tokens())[0]?.refresh_token).not.toBe('r-1')
    },
  )

  test.each(['server-error', 'rate-limited', 'reset'] as const)(
    'once by %s, the second try succeeds',
    async (fault) => {
      await connect(1, 10)
      await stage.fakes.injectFault('kick-id', fault, { times: 1 })
      await stage.run(kickTokenRefresh)
      expect((await tokens())[0]?.refresh_token).not.toBe('r-1')
    },
  )
})
