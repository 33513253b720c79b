import { createHash, createPublicKey, generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKickApi } from '../../src/clients/kick/api.ts'
import { createKickOauth } from '../../src/clients/kick/oauth.ts'
import { fetchPublicKey } from '../../src/clients/kick/public-key.ts'
import { createEmailSender } from '../../src/clients/resend.ts'
import { createStorage } from '../../src/clients/storage.ts'
import { answering, plainFetch, type Reply } from './answering.ts'

const KNOWN = ['RefusedError', 'UnreadableError']
const SEED = 13

/** Statuses that are not tried again. */
const status = fc.constantFrom(200, 200, 200, 200, 201, 204, 302, 400, 401, 403, 404, 422)

/** A real answer with one value replaced, one field gone, or its text cut. */
function mutations(real: object): fc.Arbitrary<Reply> {
  const paths = pathsOf(real).filter((path) => path.length > 0)
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom<unknown>('', '0', 0, -1, 1e300, true, {}, [], 'invalid_grant', '\0'),
  )
  const changed = fc.oneof(
    fc
      .tuple(fc.constantFrom(...paths), value)
      .map(([path, by]) => JSON.stringify(put(real, path, by))),
    fc.constantFrom(...paths).map((path) => JSON.stringify(put(real, path, undefined))),
    fc.nat(JSON.stringify(real).length).map((length) => JSON.stringify(real).slice(0, length)),
    fc.constantFrom('', '<html>Bad gateway</html>', '[]', 'null', '{}', JSON.stringify(real)),
    fc.constantFrom('{"error":"invalid_grant"}', '{"data":"no","message":"Bad request"}'),
  )
  return fc.record({ status, body: changed })
}

function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return [path, ...Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]))]
}

function put(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? put(item, rest, by) : item))
  }
  const record = value as Record<string, unknown>
  return { ...record, [key]: put(record[key], rest, by) }
}

function parsed(body: unknown): Record<string, unknown> {
  try {
    return Object(JSON.parse(String(body)))
  } catch {
    return {}
  }
}

/** Calls a client with mutations of a real answer; `check` sees what a success returned. */
async function everyMutation<T>(
  real: object,
  call: (url: string) => Promise<T>,
  check: (result: T, given: Reply) => void,
  checkError: (error: Error & { code?: string }, given: Reply) => void = () => {},
) {
  let reply: Reply = {}
  const { url } = await answering(() => reply)
  reply = { body: real }
  await call(url)
  let successes = 0
  await fc.assert(
    fc.asyncProperty(mutations(real), async (given) => {
      reply = given
      await call(url).then(
        (result) => {
          successes++
          expect(given.status).toBeLessThan(300)
          check(result, given)
        },
        (error: Error) => {
          expect(KNOWN, String(error)).toContain(error.name)
          expect(error.message.length).toBeLessThan(300)
          checkError(error, given)
        },
      )
    }),
    { numRuns: 300, seed: SEED },
  )
  // Not every mutation matters: an answer may lack what is not used.
  expect(successes).toBeGreaterThan(0)
}

test('a refreshed grant is used only when its tokens are, and refused only beyond doubt', async () => {
  const real = {
    access_token: 'u-new',
    token_type: 'Bearer',
    expires_in: 7200,
    refresh_token: 'r-new',
    refresh_expires_in: 2_592_000,
    scope: 'user:read',
  }
  await everyMutation(
    real,
    (baseUrl) => {
      const credentials = { clientId: 'app', clientSecret: 'secret' }
      return createKickOauth({ baseUrl, ...credentials, fetchFor: plainFetch }).refresh('r-old')
    },
    (grant, { body }) => {
      const sent = parsed(body)
      expect(grant.accessToken).toBe(sent.access_token)
      expect(grant.accessToken).not.toBe('')
      expect(grant.refreshToken).toBe(sent.refresh_token ?? undefined)
      expect(grant.expiresInSeconds).toBeGreaterThan(0)
      expect(grant.expiresInSeconds).toBeLessThanOrEqual(365 * 24 * 3600)
    },
    (error, { status: answered, body }) => {
      if (error.code !== 'invalid_grant') return
      expect([400, 401]).toContain(answered)
      expect(parsed(body).error).toBe('invalid_grant')
    },
  )
})

test("Kick's key is taken only when it is an RSA public key", async () => {
  const pem = (type: 'rsa' | 'ec', bits = 2048) =>
    (type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    ).publicKey.export({ type: 'spki', format: 'pem' }) as string
  const fetchIt = (baseUrl: string) => fetchPublicKey({ baseUrl, fetchFor: plainFetch })
  await everyMutation({ data: { public_key: pem('rsa') }, message: 'OK' }, fetchIt, (key) =>
    expect(createPublicKey(key).asymmetricKeyType).toBe('rsa'),
  )
  for (const wrong of [pem('ec'), pem('rsa', 1024)]) {
    const { url } = await answering({ body: { data: { public_key: wrong }, message: 'OK' } })
    await expect(fetchIt(url)).rejects.toThrow('no RSA public key')
  }
})

test('an e-mail counts as sent only when the provider names its id', async () => {
  await everyMutation(
    { id: '49a3' },
    (baseUrl) =>
      createEmailSender({
        baseUrl,
        apiKey: 'key',
        from: 'v@example.test',
        fetchFor: plainFetch,
      }).send({ to: 'a@example.test', subject: 'PIN', text: '123456' }),
    (_, { body }) => expect(parsed(body).id).toEqual(expect.stringMatching(/./)),
  )
})

test('a subscription counts as made only when Kick names its id for that event', async () => {
  const events = ['chat.message.sent', 'channel.followed'].map((name) => ({ name, version: 1 }))
  const real = {
    data: events.map((event, n) => ({ ...event, subscription_id: `01SUB${n}`, error: '' })),
    message: 'OK',
  }
  const token = { current: async () => 'a-1', renewed: async () => undefined }
  await everyMutation(
    real,
    (baseUrl) =>
      createKickApi({
        baseUrl,
        fetchFor: plainFetch,
        token,
        pace: async () => {},
      }).createSubscriptions({ kickUserId: 1, events }),
    (made, { body }) => {
      expect(made.map(({ name }) => name)).toEqual(events.map(({ name }) => name))
      const items = [parsed(body).data].flat() as Record<string, unknown>[]
      for (const { name, id, error } of made) {
        expect(id === undefined).toBe(error !== undefined)
        if (id)
          expect(items.some((item) => item?.name === name && item.subscription_id === id)).toBe(
            true,
          )
      }
    },
  )
})

test('an object counts as stored only when both answers carry its ETag', async () => {
  const content = new Uint8Array(Buffer.from('chat'))
  const md5 = createHash('md5').update(content).digest('hex')
  const etag = fc.option(
    fc.constantFrom(`"${md5}"`, md5, `W/"${md5}"`, md5.toUpperCase(), '""', '"0"', `"${md5}-2"`),
  )
  const replies: Reply[] = []
  const { url } = await answering(() => replies.shift() ?? {})
  const storage = createStorage({
    endpoint: url,
    region: 'auto',
    bucket: 'bucket',
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    fetchFor: plainFetch,
  })
  await fc.assert(
    fc.asyncProperty(etag, etag, async (put, head) => {
      replies.splice(
        0,
        replies.length,
        ...[put, head].map((value) => ({ headers: value ? { etag: value } : {} })),
      )
      const outcome = await storage
        .put({ key: 'k', content, contentType: 'text/plain' })
        .catch((error: Error) => error.name)
      const fits = [put, head].every(
        (value) => value?.replace(/^W\//, '').replaceAll('"', '').toLowerCase() === md5,
      )
      expect(outcome).toBe(fits ? md5 : 'UnreadableError')
    }),
    { seed: SEED },
  )
})
