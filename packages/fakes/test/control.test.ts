import { expect, test } from 'vitest'
import { json } from './support/json.ts'
import { aWorld } from './support/world.ts'

const world = await aWorld()
const control = (method: string, path: string, body?: string) =>
  fetch(`${world.url}/control${path}`, { method, ...(body !== undefined && { body }) })
const errorOf = async (answer: Response) => (await json<{ error: string }>(answer)).error
const keyStatus = async () => (await fetch(`${world.url}/kick-api/public/v1/public-key`)).status

test('an unknown mood is refused with the list of what the service can be in', async () => {
  const answer = await control('PUT', '/moods/x', '{"mood":"sad"}')
  expect(answer.status).toBe(400)
  expect(await errorOf(answer)).toMatch(/^x has no mood "sad"; allowed: unauthorized, .*hang/)
})

test('an inherited property is no mood', async () => {
  expect((await control('PUT', '/moods/x', '{"mood":"toString"}')).status).toBe(400)
})

test('an unknown service and an unknown operation are refused with the lists', async () => {
  const service = await control('PUT', '/moods/twitch', '{"mood":"hang"}')
  expect(await errorOf(service)).toMatch(/"twitch"; allowed: kick-api, kick-id/)
  const operation = await control('PUT', '/moods/resend', '{"mood":"hang","operation":"receive"}')
  expect(await errorOf(operation)).toMatch(/"receive"; allowed: send/)
})

test('a body that is no JSON, or has an unknown field, is refused by name', async () => {
  expect(await errorOf(await control('PUT', '/moods/x', '{'))).toBe('the body is no JSON')
  const extra = await control('PUT', '/moods/x', '{"mood":"hang","for":3}')
  expect(await errorOf(extra)).toContain('"for"')
})

test('a mood for one operation leaves the others well, and a number of times runs out', async () => {
  await world.client.setMood('kick-api', 'server-error', { operation: 'public-key', times: 2 })
  const others = await fetch(`${world.url}/kick-api/public/v1/channels`)
  expect(others.status).toBe(401)
  expect([await keyStatus(), await keyStatus(), await keyStatus()]).toEqual([500, 500, 200])
})

test('a mood without a number lasts until it is cleared', async () => {
  await world.client.setMood('kick-api', 'unavailable')
  expect([await keyStatus(), await keyStatus()]).toEqual([503, 503])
  expect(await world.client.moods()).toEqual([{ service: 'kick-api', mood: 'unavailable' }])
  expect(await world.client.clearMoods('kick-api')).toEqual([])
  expect(await keyStatus()).toBe(200)
})

test('requests are counted by service, operation and outcome, and the mood is noted', async () => {
  await world.client.forgetArrivals()
  await world.client.setMood('kick-api', 'rate-limited', { times: 1 })
  await keyStatus()
  await keyStatus()
  const base = { service: 'kick-api', operation: 'public-key' }
  expect(await world.client.requestCounts('kick-api')).toEqual([
    { ...base, outcome: '429', count: 1 },
    { ...base, outcome: '200', count: 1 },
  ])
  const [first] = await world.client.requests('kick-api')
  expect(first).toMatchObject({
    ...base,
    mood: 'rate-limited',
    path: '/kick-api/public/v1/public-key',
  })
})

type Route = { path: string; method: string; says: string; body?: { properties: object } }

test('the API describes every route with its body', async () => {
  const { routes } = await json<{ routes: Route[] }>(control('GET', ''))
  const mood = routes.find(
    (route) => route.path === '/control/moods/:service' && route.method === 'PUT',
  )
  expect(Object.keys(mood?.body?.properties ?? {})).toEqual([
    'mood',
    'operation',
    'times',
    'seconds',
  ])
  expect(routes.every((route) => route.says.length > 5)).toBe(true)
})
