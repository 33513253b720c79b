import { expect, test } from 'vitest'
import { startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'

const fakes = await startTestFakes()
const get = (path: string, token = 'local-x-token') =>
  fetch(`${fakes.url}/x/2${path}`, { headers: { authorization: `Bearer ${token}` } })
type User = { username: string; public_metrics?: object }
type One = { data?: User; errors: { detail: string }[] }
type Many = { data: User[]; errors: object[] }
const metrics = 'user.fields=public_metrics'
const alpha = await fakes.client.putXUser('Alpha', 1234)

test('a user is found by name, whatever the case, with the followers when asked for', async () => {
  const answer = await json<One>(get(`/users/by/username/alpha?${metrics}`))
  expect(answer.data).toMatchObject({
    id: alpha.id,
    username: 'Alpha',
    public_metrics: { followers_count: 1234 },
  })
  expect((await json<One>(get('/users/by/username/alpha'))).data?.public_metrics).toBeUndefined()
})

test('a batch answers with data and errors', async () => {
  const answer = await get(`/users/by?usernames=Alpha,zz&${metrics}`)
  expect(answer.status).toBe(200)
  const { data, errors } = await json<Many>(answer)
  expect(data).toHaveLength(1)
  expect(errors).toMatchObject([{ value: 'zz', title: 'Not Found Error', resource_id: 'zz' }])
})

test('users are found by id, one or many', async () => {
  expect((await json<One>(get(`/users/${alpha.id}`))).data?.username).toBe('Alpha')
  expect((await json<Many>(get(`/users?ids=${alpha.id}`))).data).toHaveLength(1)
})

test('an unknown user is a 200 with errors and no data, or a 404 in that fault', async () => {
  const answer = await get('/users/by/username/zz')
  expect(answer.status).toBe(200)
  const body = await json<One>(answer)
  expect(body.data).toBeUndefined()
  expect(body.errors[0]?.detail).toBe('Could not find user with username: [zz].')
  await fakes.client.injectFault('x', 'unknown-is-404', { times: 1 })
  expect((await get('/users/by/username/zz')).status).toBe(404)
})

test('a wrong token and a wrong name are problems', async () => {
  const wrong = await get('/users/by/username/alpha', 'guess')
  expect([wrong.status, wrong.headers.get('content-type')]).toEqual([
    401,
    'application/problem+json',
  ])
  const name = await get('/users/by/username/no-hyphens')
  expect(await name.json()).toMatchObject({ title: 'Invalid Request' })
  const many = await get(`/users/by?usernames=${Array(101).fill('a').join(',')}`)
  expect(many.status).toBe(400)
})

test('each endpoint allows 300 requests in 15 minutes and says so', async () => {
  fakes.passSeconds(901)
  const first = await get(`/users/by?usernames=Alpha`)
  expect(first.headers.get('x-rate-limit-remaining')).toBe('299')
  await Promise.all(Array.from({ length: 299 }, () => get('/users/by?usernames=Alpha')))
  const over = await get('/users/by?usernames=Alpha')
  expect([over.status, over.headers.get('x-rate-limit-remaining')]).toEqual([429, '0'])
  const reset = Number(over.headers.get('x-rate-limit-reset'))
  expect(reset).toBeGreaterThan(Date.now() / 1000)
  fakes.passSeconds(901)
  expect((await get('/users/by?usernames=Alpha')).status).toBe(200)
})
