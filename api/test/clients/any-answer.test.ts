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
