import { describe, expect, test } from 'vitest'
import { createPacer } from '../../src/clients/http/retry.ts'
import { createKickApi } from '../../src/clients/kick/api.ts'
import { createAppToken, type StoredToken } from '../../src/clients/kick/app-token.ts'
import { createKickOauth } from '../../src/clients/kick/oauth.ts'
import { answering, plainFetch, type Reply, type Seen } from './answering.ts'

const channelsAnswer = { body: { data: [], message: 'OK' } }
const unauthorized = { status: 401, body: { data: {}, message: 'Unauthorized' } }

/** Kick as it looks to the client: tokens a-1, a-2, … of which the API takes those `accepted`. */
async function kickThatAccepts(accepted: (token: string) => boolean, stored?: StoredToken) {
  let granted = 0
  const id = await answering(() => {
    granted += 1
    return { body: { access_token: `a-${granted}`, token_type: 'Bearer', expires_in: 5_184_000 } }
  })
  const api = await answering((seen: Seen): Reply => {
    const token = seen.headers.authorization?.replace('Bearer ', '') ?? ''
    return accepted(token) ? channelsAnswer : unauthorized
  })
  const kept: StoredToken[] = stored ? [stored] : []
  const oauth = createKickOauth({
    baseUrl: id.url,
    clientId: 'app',
    clientSecret: 'secret',
    fetchFor: plainFetch,
  })
  const store = {
    load: async () => kept.at(-1),
    save: async (token: StoredToken) => void kept.push(token),
  }
  const kick = createKickApi({
    baseUrl: api.url,
    fetchFor: plainFetch,
    token: createAppToken(oauth, store),
    pace: createPacer(60_000),
  })
  return { kick, kept, tokenRequests: id.seen, apiRequests: api.seen }
}

const alive: StoredToken = { accessToken: 'a-0', expiresAt: Date.now() + 3_600_000 }

describe('the token of the app', () => {
  test('is asked for once by any number of callers, and kept', async () => {
    const { kick, kept, tokenRequests } = await kickThatAccepts(() => true)
    await Promise.all(Array.from({ length: 10 }, () => kick.channels([1])))
    expect(tokenRequests).toHaveLength(1)
    expect(kept.map(({ accessToken }) => accessToken)).toEqual(['a-1'])
    expect(Object.fromEntries(new URLSearchParams(tokenRequests[0]?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app',
      client_secret: 'secret',
    })
  })

  test('is taken from the store after a restart', async () => {
    const { kick, tokenRequests } = await kickThatAccepts((token) => token === 'a-0', alive)
    await kick.channels([1])
    expect(tokenRequests).toEqual([])
  })

  test('is replaced before it expires', async () => {
    const almostOver = { accessToken: 'a-0', expiresAt: Date.now() + 30_000 }
    const { kick, tokenRequests } = await kickThatAccepts((token) => token === 'a-1', almostOver)
    await kick.channels([1])
    expect(tokenRequests).toHaveLength(1)
  })

  test('that dies early is replaced once for all callers, and each request is sent again', async () => {
    const { kick, tokenRequests } = await kickThatAccepts((token) => token === 'a-1', alive)
    await Promise.all(Array.from({ length: 10 }, () => kick.channels([1])))
    expect(tokenRequests).toHaveLength(1)
  })

  test('that is refused although new is not replaced over and over', async () => {
    const { kick, tokenRequests, apiRequests } = await kickThatAccepts(() => false, alive)
    for (let run = 0; run < 3; run++) {
      await expect(kick.channels([1])).rejects.toThrow('kick channels answered 401: Unauthorized')
    }
    expect(tokenRequests).toHaveLength(1)
    expect(apiRequests).toHaveLength(4)
  })
})

describe("answers of Kick's OAuth server that are none", () => {
  const invalidGrant = { error: 'invalid_grant' }

  async function refresh(...replies: Parameters<typeof answering>) {
    const { url, seen } = await answering(...replies)
    const oauth = createKickOauth({
      baseUrl: url,
      clientId: 'app',
      clientSecret: 'secret-of-the-app',
      fetchFor: plainFetch,
    })
    const outcome = await oauth.refresh('r-1-of-the-streamer').catch((error: Error) => error)
    return { outcome, seen }
  }

  test.each([
    ['a 400 with an empty body', { status: 400, body: '' }, 'answered 400'],
    ['a 404 in an outage', { status: 404, body: '' }, 'answered 404'],
    ['a reason', { status: 400, body: { error: 'Invalid request' } }, '400: Invalid request'],
    ['a page of a proxy', { status: 403, body: '<html>no</html>' }, 'answered 403'],
    ['a page in a 200', { body: '<html>yes</html>' }, 'cannot be used'],
    ['an empty 200', { body: '' }, 'cannot be used'],
    ['null', { body: 'null' }, 'cannot be used'],
  ])('%s becomes an error that says so, without a retry', async (_, reply, message) => {
    const { outcome, seen } = await refresh(reply)
    expect(outcome).toBeInstanceOf(Error)
    expect(String(outcome)).toContain(message)
    expect(seen).toHaveLength(1)
  })

  test('a redirect is not followed, so the secrets stay between us and Kick', async () => {
    const elsewhere = await answering({ body: {} })
    const { outcome } = await refresh({ status: 307, headers: { location: elsewhere.url } })
    expect(String(outcome)).toContain('answered 307')
    expect(elsewhere.seen).toEqual([])
  })

  test('a refused grant has its own code', async () => {
    const body = { error: 'invalid_grant', error_description: 'revoked' }
    expect((await refresh({ status: 400, body })).outcome).toMatchObject({ code: 'invalid_grant' })
  })

  test('a grant without a token names the field and keeps the secrets out', async () => {
    const { outcome } = await refresh({ body: { refresh_token: 'very-secret', scope: 'x' } })
    expect(String(outcome)).toContain('access_token')
    expect(String(outcome)).not.toContain('very-secret')
  })

  test.each([
    ['an endless lifetime', { expires_in: 1e15 }, 365 * 24 * 3600],
    ['a lifetime that is no number', { expires_in: 'soon' }, 3600],
    ['no lifetime', { expires_in: undefined }, 3600],
    ['NUL in the scope', { scope: 'a\0b' }, 7200],
    ['a scope of another type', { scope: ['a'] }, 7200],
    ['an odd lifetime of the refresh token', { refresh_expires_in: {} }, 7200],
  ])('%s costs no rotated token', async (_, odd, expiresInSeconds) => {
    const body = { access_token: 'u-2', expires_in: 7200, refresh_token: 'r-2', ...odd }
    const { outcome } = await refresh({ body })
    expect(outcome).toMatchObject({ accessToken: 'u-2', refreshToken: 'r-2', expiresInSeconds })
    expect(JSON.stringify(outcome)).not.toContain('\\u0000')
  })

  test('echoed secrets stay out of the error', async () => {
    const echo = 'bad r-1-of-the-streamer for secret-of-the-app / eyJhbGciOi1NiIsInR5cCI6IkpX'
    const { outcome } = await refresh({
      status: 400,
      body: { error: 'invalid_request', error_description: echo },
    })
    expect(String(outcome)).toBe(
      'RefusedError: kick_oauth token_refresh answered 400: invalid_request: bad [removed] for [removed] / [removed]',
    )
  })

  test.each([
    ['a gateway error that says so', [{ status: 503, body: invalidGrant }], undefined],
    [
      'a refusal after a lost answer',
      ['reset', { status: 400, body: invalidGrant }],
      'invalid_grant_after_loss',
    ],
    [
      'a refusal after a gateway error',
      [{ status: 502 }, { status: 400, body: invalidGrant }],
      'invalid_grant_after_loss',
    ],
    ['another status', [{ status: 404, body: invalidGrant }], undefined],
  ] as const)('%s is no proof of a refused grant', async (_, replies, code) => {
    const { outcome } = await refresh(...replies)
    expect(outcome).toMatchObject({ name: 'RefusedError', code })
  })

  test('an expiry in text is understood', async () => {
    const body = { access_token: 'u-2', expires_in: '7200', refresh_token: 'r-2', scope: 'a b' }
    expect((await refresh({ body })).outcome).toEqual({
      accessToken: 'u-2',
      expiresInSeconds: 7200,
      refreshToken: 'r-2',
      refreshExpiresInSeconds: undefined,
      scope: 'a b',
    })
  })
})
