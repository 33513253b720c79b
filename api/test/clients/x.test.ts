import { expect, test } from 'vitest'
import { createXUsers } from '../../src/clients/x.ts'
import { answering, plainFetch, type Reply } from './answering.ts'

async function lookUp(reply: Reply) {
  const { url, seen } = await answering(reply)
  const x = createXUsers({ baseUrl: url, bearerToken: 'token', fetchFor: plainFetch })
  const outcome = await x.byUsername(['alpha', 'gone']).catch((error: Error) => error)
  return { outcome, seen }
}

const alpha = {
  id: '42',
  name: 'Alpha',
  username: 'Alpha',
  public_metrics: { followers_count: 1234 },
}
const notFound = {
  value: 'gone',
  title: 'Not Found Error',
  type: 'https://api.twitter.com/2/problems/resource-not-found',
}

test('a 200 may hold found users and errors side by side', async () => {
  const { outcome, seen } = await lookUp({
    headers: { 'x-rate-limit-remaining': '299', 'x-rate-limit-reset': '1795341600' },
    body: { data: [alpha], errors: [notFound] },
  })
  expect(outcome).toEqual({
    found: [{ username: 'Alpha', followers: 1234 }],
    allowance: { remaining: 299, resetsAt: new Date(1795341600_000) },
  })
  expect(seen[0]?.url).toBe('/prefix/2/users/by?usernames=alpha,gone&user.fields=public_metrics')
  expect(seen[0]?.headers.authorization).toBe('Bearer token')
})

test.each([
  ['a 200 with errors only', { body: { errors: [notFound] } }],
  ['a 404 about the user', { status: 404, body: notFound }],
])('%s means that no user was found', async (_, reply) => {
  expect((await lookUp(reply)).outcome).toMatchObject({ found: [] })
})

test.each([
  ['a 404 of another server', { status: 404, body: '' }, 'answered 404'],
  ['a page in a 200', { body: '<html>' }, 'neither data nor errors'],
  ['no credits', { status: 402, body: { title: 'CreditsDepleted' } }, '402: CreditsDepleted'],
  [
    'wrong credentials',
    { status: 401, body: { title: 'Unauthorized', detail: 'Unauthorized' } },
    '401: Unauthorized',
  ],
])('%s is an error that says so', async (_, reply, message) => {
  const { outcome, seen } = await lookUp(reply)
  expect(String(outcome)).toContain(message)
  expect(seen).toHaveLength(1)
})

test('a used-up window is not hammered: the error says how long it lasts', async () => {
  const resetsAt = Math.ceil(Date.now() / 1000) + 600
  const { outcome, seen } = await lookUp({
    status: 429,
    headers: { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(resetsAt) },
    body: { errors: [{ code: 88, message: 'Rate limit exceeded' }] },
  })
  expect(String(outcome)).toContain('429: Rate limit exceeded')
  expect(outcome).toHaveProperty('retryAfterMs', expect.closeTo(600_000, -4))
  expect(seen).toHaveLength(1)
})
