import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { appToken, askForToken, startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'

const fakes = await startTestFakes()
const verifier = 'a-verifier-of-the-size-that-the-standard-asks-for'
const redirectUri = 'http://localhost:3000/callback'

async function authorize(): Promise<string> {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: '01VERIFLUENCELOCALCLIENT00',
    redirect_uri: redirectUri,
    scope: 'user:read events:subscribe',
    state: 's-1',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    user_id: '4711',
  })
  const answer = await fetch(`${fakes.url}/kick-id/oauth/authorize?${query}`, {
    redirect: 'manual',
  })
  const location = new URL(answer.headers.get('location') ?? '')
  expect(location.searchParams.get('state')).toBe('s-1')
  return location.searchParams.get('code') ?? ''
}

type UserToken = { access_token: string; refresh_token: string }

async function userToken() {
  const form = { grant_type: 'authorization_code', redirect_uri: redirectUri }
  return json<UserToken>(
    askForToken(fakes.url, { ...form, code: await authorize(), code_verifier: verifier }),
  )
}

const refresh = (refresh_token: string) =>
  askForToken(fakes.url, { grant_type: 'refresh_token', refresh_token })

const introspect = async (token: string) => {
  const answer = await fetch(`${fakes.url}/kick-id/oauth/token/introspect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  return (await json<{ data: object }>(answer)).data
}

test('an app token has exactly three keys and lives 60 days', async () => {
  const answer = await askForToken(fakes.url, { grant_type: 'client_credentials' })
  expect(await answer.json()).toEqual({
    access_token: expect.stringMatching(/^a-/),
    token_type: 'Bearer',
    expires_in: 5_184_000,
  })
})

test('wrong credentials are no invalid grant', async () => {
  const answer = await askForToken(fakes.url, {
    grant_type: 'client_credentials',
    client_secret: 'guess',
  })
  expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
})

test('a JSON body instead of a form is refused', async () => {
  const answer = await fetch(`${fakes.url}/kick-id/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"grant_type":"client_credentials"}',
  })
  expect(answer.status).toBe(401)
})

test('a code is redeemed once, for a user token with a refresh token', async () => {
  const code = await authorize()
  const form = {
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code,
    code_verifier: verifier,
  }
  const token = await (await askForToken(fakes.url, form)).json()
  expect(token).toMatchObject({
    expires_in: 7200,
    refresh_token: expect.stringMatching(/^r-/),
    refresh_expires_in: 2_592_000,
    scope: 'user:read events:subscribe',
  })
  expect(await (await askForToken(fakes.url, form)).json()).toMatchObject({
    error: 'invalid_grant',
  })
})

test('a code with another verifier is refused', async () => {
  const answer = await askForToken(fakes.url, {
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code: await authorize(),
    code_verifier: 'another',
  })
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
})

test('a refresh token gives a new pair and stays good, unless it is for single use', async () => {
  const { refresh_token: first } = await userToken()
  const second = await json<UserToken>(refresh(first))
  expect(second.refresh_token).not.toBe(first)
  expect((await refresh(first)).status).toBe(200)
  await fakes.client.injectFault('kick-id', 'single-use-refresh', { times: 2 })
  expect((await refresh(first)).status).toBe(200)
  expect(await (await refresh(first)).json()).toMatchObject({ error: 'invalid_grant' })
})

test('an app token cannot be refreshed', async () => {
  expect((await refresh(await appToken(fakes.url))).status).toBe(400)
})

test('a token that was given a short life is dead afterwards', async () => {
  await fakes.client.injectFault('kick-id', 'short-lived', { times: 1, seconds: 30 })
  const token = await appToken(fakes.url)
  expect(await introspect(token)).toMatchObject({ active: true, token_type: 'app' })
  fakes.passSeconds(31)
  expect(await introspect(token)).toEqual({ active: false })
})

test('the expiry can be a text', async () => {
  await fakes.client.injectFault('kick-id', 'text-expiry', { times: 1 })
  const answer = await askForToken(fakes.url, { grant_type: 'client_credentials' })
  expect((await json<{ expires_in: unknown }>(answer)).expires_in).toBe('5184000')
})

test('revoking ends a token, with OK in plain text', async () => {
  const token = await appToken(fakes.url)
  const answer = await fetch(`${fakes.url}/kick-id/oauth/revoke?token=${token}`, { method: 'POST' })
  expect(await answer.text()).toBe('OK')
  expect(await introspect(token)).toEqual({ active: false })
})

test('every access token can be ended before its time', async () => {
  const { access_token, refresh_token } = await userToken()
  await fakes.client.revokeTokens()
  expect(await introspect(access_token)).toEqual({ active: false })
  expect((await refresh(refresh_token)).status).toBe(200)
  await fakes.client.revokeTokens('all')
  expect((await refresh(refresh_token)).status).toBe(400)
})

test('a token of an earlier life can be made known', async () => {
  await fakes.client.admitToken({ value: 'r-old', use: 'refresh', userId: 4711 })
  expect((await refresh('r-old')).status).toBe(200)
})
