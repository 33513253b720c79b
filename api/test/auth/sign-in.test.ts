import { beforeEach, describe, expect, it } from 'vitest'
import { useBackend } from '../support/backend.ts'
import type { Client } from '../support/client.ts'
import { anEmail, anOperator, pinOf, signIn } from '../support/people.ts'

const backend = useBackend()

/** Each test has a browser of its own. */
let browser: Client
beforeEach(() => {
  browser = backend.client()
})
function ask(email: string, client = browser) {
  return client.post('/api/sign-in/pin', { email })
}
function redeem(email: string, pin: string, client = browser) {
  return client.post('/api/sign-in', { email, pin })
}
function wrong(pin: string) {
  return String((Number(pin) + 1) % 1_000_000).padStart(6, '0')
}

describe('a PIN', () => {
  it('signs in once, whatever the case of the address, with a cookie no script can read', async () => {
    const email = anEmail()
    const client = browser
    await ask(email)
    const pin = await pinOf(backend, email)
    const signedIn = await redeem(email.toUpperCase(), pin)
    expect(signedIn).toMatchObject({ status: 200, body: { email } })
    expect(client.setCookie).toMatch(/^__Host-session=[\w-]{43};/)
    expect(client.setCookie).toContain('HttpOnly')
    expect(client.setCookie).toContain('Secure')
    expect(client.setCookie).toContain('SameSite=Lax')
    expect((await client.get('/api/me')).body).toEqual({ role: 'newcomer', id: null, email })
    expect((await redeem(email, pin)).status).toBe(401)
  })

  it('is worth nothing for another address, and when a newer one was sent', async () => {
    const [email, other] = [anEmail(), anEmail()]
    await ask(email)
    const first = await pinOf(backend, email)
    await ask(other)
    expect((await redeem(other, first)).status).toBe(401)
    await ask(email)
    const second = await pinOf(backend, email)
    if (second !== first) expect((await redeem(email, first)).status).toBe(401)
    expect((await redeem(email, second)).status).toBe(200)
  })

  it('is worth nothing after ten minutes', async () => {
    const email = anEmail()
    await ask(email)
    const pin = await pinOf(backend, email)
    await backend.query(
      `update sign_in_pins set created_at = created_at - interval '10 minutes',
         expires_at = expires_at - interval '10 minutes' where email = $1`,
      [email],
    )
    const late = await redeem(email, pin)
    expect(late).toMatchObject({ status: 401, body: { error: { code: 'wrong_pin' } } })
  })

  it('has five tries, also when they come all at once: the right one is refused afterwards', async () => {
    const email = anEmail()
    await ask(email)
    const pin = await pinOf(backend, email)
    const tries = await Promise.all(Array.from({ length: 25 }, () => redeem(email, wrong(pin))))
    const statuses = tries.map(({ status }) => status)
    expect(statuses.filter((status) => status === 401)).toHaveLength(5)
    expect(statuses.filter((status) => status === 429)).toHaveLength(20)
    const right = await redeem(email, pin)
    expect(right).toMatchObject({ status: 429, body: { error: { code: 'too_many_requests' } } })
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('signs in once although it is sent many times at once', async () => {
    const email = anEmail()
    await ask(email)
    const pin = await pinOf(backend, email)
    const replies = await Promise.all(Array.from({ length: 5 }, () => redeem(email, pin)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('is not stored in a form that can be read', async () => {
    const email = anEmail()
    await ask(email)
    const pin = await pinOf(backend, email)
    const [kept] = await backend.query<{ kept: string }>(
      `select to_jsonb(sign_in_pins)::text as kept from sign_in_pins where email = $1`,
      [email],
    )
    expect(kept?.kept).not.toContain(`"${pin}"`)
  })

  it('can be asked for five times in a quarter of an hour, even at once', async () => {
    const email = anEmail()
    const replies = await Promise.all(Array.from({ length: 9 }, () => ask(email)))
    expect(replies.map(({ status }) => status).sort()).toEqual([
      202, 202, 202, 202, 202, 429, 429, 429, 429,
    ])
    const refused = await ask(email)
    const wait = Number(refused.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(900)
  })

  it('can be asked for twenty times a day, however far apart', async () => {
    const email = anEmail()
    for (let quarter = 0; quarter < 4; quarter++) {
      const replies = [ask(email), ask(email), ask(email), ask(email), ask(email)]
      for (const { status } of await Promise.all(replies)) expect(status).toBe(202)
      await backend.query(
        `update sign_in_pins set created_at = created_at - interval '16 minutes' where email = $1`,
        [email],
      )
    }
    const refused = await ask(email)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(22 * 3600)
    expect((await ask(anEmail())).status).toBe(202)
  })

  it('that cannot be sent is a 503, and nothing of the provider shows', async () => {
    await backend.fakes.injectFault('resend', 'invalid-key')
    const reply = await ask(anEmail())
    await backend.fakes.clearFaults('resend')
    expect(reply).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } })
    expect(JSON.stringify(reply.body)).not.toContain('API key')
  })
})

describe('a session', () => {
  it('ends for every copy of its cookie when its owner signs out', async () => {
    const client = await signIn(backend)
    const copy = client.setCookie.split(';')[0] ?? ''
    expect((await client.delete('/api/sign-in')).status).toBe(204)
    const reply = await fetch(`${backend.url}/api/me`, { headers: { cookie: copy } })
    expect(reply.status).toBe(401)
  })

  it('ends by itself, and is known in the database by its hash alone', async () => {
    const operator = await anOperator(backend)
    expect((await operator.get('/api/me')).body).toMatchObject({
      role: 'operator',
      id: operator.id,
    })
    const token = operator.setCookie.match(/=([\w-]+);/)?.[1] ?? 'none'
    const [dump] = await backend.query<{ all: string }>(
      `select string_agg(encode(token_hash, 'escape') || token_hash::text, '') as all from sessions`,
    )
    expect(dump?.all).not.toContain(token)
    await backend.query('update sessions set expires_at = now()')
    expect((await operator.get('/api/me')).status).toBe(401)
  })

  it('is not opened by a made-up cookie', async () => {
    for (const cookie of [
      '__Host-session=x',
      '__Host-session=%00',
      'session=x',
      '__Host-session=',
    ]) {
      const reply = await fetch(`${backend.url}/api/me`, { headers: { cookie } })
      expect(reply.status).toBe(401)
    }
  })
})

it('a newcomer is asked to say first what it is', async () => {
  const newcomer = await signIn(backend)
  const reply = await newcomer.get('/api/offers')
  expect(reply).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
})

describe('one address', () => {
  const HEADER = 'cf-connecting-ip'
  const send = async (url: string, path: string, from: string, body: object, cookie = '') => {
    const headers = { 'content-type': 'application/json', [HEADER]: from, cookie }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return await fetch(url + path, init)
  }
  const askFrom = async (url: string, from: string) =>
    (await send(url, '/api/sign-in/pin', from, { email: anEmail() })).status
  const fillPins = (from: string, count: number) =>
    backend.query(
      `insert into sign_in_pins (email, requested_from, salt, pin_hash, expires_at)
       select 'x' || n || '@example.test', $1, '', '', now() from generate_series(1, $2) as n`,
      [from, count],
    )

  it('is what the proxy says, and asks for 120 PINs in a quarter of an hour', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    await fillPins('192.0.2.1', 119)
    expect(await askFrom(url, '192.0.2.1')).toBe(202)
    expect(await askFrom(url, '192.0.2.1')).toBe(429)
    expect(await askFrom(url, '192.0.2.2')).toBe(202)
  })

  it('is the connection where no proxy is configured, whatever a header says', async () => {
    await askFrom(backend.url, '192.0.2.3')
    expect(
      await backend.query(`select from sign_in_pins where requested_from = '192.0.2.3'`),
    ).toEqual([])
    expect(
      await backend.query(`select distinct requested_from like '%127.0.0.1' as ours
        from sign_in_pins where requested_from not like '192.0.2.%'`),
    ).toEqual([{ ours: true }])
  })

  it('fails a hundred tries in a quarter of an hour, over all accounts; what fits is none', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    const tryFrom = async (from: string, email: string, pin: string) =>
      (await send(url, '/api/sign-in', from, { email, pin }, cookie)).status
    const email = anEmail()
    await ask(email)
    const cookie = browser.setCookie.split(';')[0]
    const pin = await pinOf(backend, email)
    const tries = Array.from({ length: 99 }, () => tryFrom('192.0.2.9', anEmail(), '000000'))
    expect(new Set(await Promise.all(tries))).toEqual(new Set([401]))
    expect(await tryFrom('192.0.2.9', email, pin)).toBe(200)
    expect(await tryFrom('192.0.2.9', anEmail(), '000000')).toBe(401)
    expect(await tryFrom('192.0.2.9', anEmail(), '000000')).toBe(429)
    expect(await tryFrom('192.0.2.10', anEmail(), '000000')).toBe(401)
  })

  it('may try again after the wait that the answer names', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    const from = '192.0.2.11'
    await backend.query(
      `insert into sign_in_tries (tried_from, tried_at)
       select $1, now() - make_interval(secs => 8 * n) from generate_series(1, 100) as n`,
      [from],
    )
    const body = { email: anEmail(), pin: '000000' }
    const refused = await send(url, '/api/sign-in', from, body)
    expect(refused.status).toBe(429)
    await backend.query(
      'update sign_in_tries set tried_at = tried_at - make_interval(secs => $2) where tried_from = $1',
      [from, refused.headers.get('retry-after')],
    )
    expect((await send(url, '/api/sign-in', from, body)).status).toBe(401)
  })
})

describe('a stranger cannot lock an owner out:', () => {
  const HEADER = 'cf-connecting-ip'
  /** A browser in some network; it keeps its cookies. */
  const browserIn = (url: string, network: string) => {
    let cookie = ''
    return async (path: string, body: object) => {
      const headers = { 'content-type': 'application/json', [HEADER]: network, cookie }
      const reply = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
      const given = reply.headers.getSetCookie().map((line) => line.split(';')[0])
      if (given.length > 0) cookie = [cookie, ...given].filter(Boolean).join('; ')
      return reply.status
    }
  }

  it('PINs that strangers ask for use up their own allowance', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    const email = anEmail()
    const stranger = browserIn(url, '198.51.100.1')
    for (let times = 0; times < 5; times++) await stranger('/api/sign-in/pin', { email })
    expect(await stranger('/api/sign-in/pin', { email })).toBe(429)
    expect(await browserIn(url, '192.0.2.77')('/api/sign-in/pin', { email })).toBe(202)
  })

  it('PINs and tries of strangers do not touch the PIN of the owner', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    const email = anEmail()
    const owner = browserIn(url, '192.0.2.78')
    expect(await owner('/api/sign-in/pin', { email })).toBe(202)
    const pin = await pinOf(backend, email)
    const stranger = browserIn(url, '192.0.2.78')
    await stranger('/api/sign-in/pin', { email })
    for (let tries = 0; tries < 8; tries++) {
      await stranger('/api/sign-in', { email, pin: wrong(pin) })
      expect(await browserIn(url, '192.0.2.78')('/api/sign-in', { email, pin })).toBe(401)
    }
    expect(await owner('/api/sign-in', { email, pin })).toBe(200)
  })

  it('a browser that signed in before has its own allowance when strangers used up all others', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    const email = anEmail()
    const owner = browserIn(url, '192.0.2.79')
    await owner('/api/sign-in/pin', { email })
    await owner('/api/sign-in', { email, pin: await pinOf(backend, email) })
    await backend.query(
      `insert into sign_in_pins (email, requested_from, salt, pin_hash, expires_at)
       select $1, '198.51.100.' || n, '', '', now() from generate_series(1, 40) as n`,
      [email],
    )
    expect(await browserIn(url, '192.0.2.80')('/api/sign-in/pin', { email })).toBe(429)
    expect(await owner('/api/sign-in/pin', { email })).toBe(202)
    expect(await owner('/api/sign-in', { email, pin: await pinOf(backend, email) })).toBe(200)
  })

  it('all addresses of an IPv6 network count as one', async () => {
    const { url } = await backend.replica({ CLIENT_ADDRESS_HEADER: HEADER })
    const email = anEmail()
    const askFrom = (address: string) => browserIn(url, address)('/api/sign-in/pin', { email })
    const addresses = ['1', '2', 'ffff:0:0:1', 'a:b:c:d', '::5'].map((end) =>
      end.startsWith('::') ? `2001:db8:0:7${end}` : `2001:db8:0:7:${end.padStart(7, '0:0:0:')}`,
    )
    for (const address of ['2001:db8:0:7::1', '2001:DB8::7:0:0:0:2', ...addresses.slice(2)]) {
      expect([address, await askFrom(address)]).toEqual([address, 202])
    }
    expect(await askFrom('2001:db8:0:7::9')).toBe(429)
    expect(await askFrom('2001:db8:0:8::1')).toBe(202)
  })
})

it('tells nothing of whether an account exists, or a PIN', async () => {
  const known = anEmail()
  await signIn(backend, known)
  const replies = []
  for (const email of [known, anEmail()]) {
    replies.push(await ask(email, backend.client()))
    replies.push(await redeem(email, '000000', backend.client()))
  }
  const shown = replies.map(({ status, body }) => ({
    status,
    body: { ...body, error: body.error && { ...body.error, request_id: '' } },
  }))
  expect(shown.slice(0, 2)).toEqual(shown.slice(2))
})
