import { expect, test } from 'vitest'
import { startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'

const fakes = await startTestFakes()
const control = (method: string, path: string, body?: string) =>
  fetch(`${fakes.url}/control${path}`, { method, ...(body !== undefined && { body }) })
const errorOf = async (answer: Response) => (await json<{ error: string }>(answer)).error
const keyStatus = async () => (await fetch(`${fakes.url}/kick-api/public/v1/public-key`)).status

test('an unknown fault is refused with the list of what the service can be in', async () => {
  const answer = await control('PUT', '/faults/x', '{"fault":"sad"}')
  expect(answer.status).toBe(400)
  expect(await errorOf(answer)).toMatch(/^x has no fault "sad"; allowed: unauthorized, .*hang/)
})

test('an inherited property is no fault', async () => {
  expect((await control('PUT', '/faults/x', '{"fault":"toString"}')).status).toBe(400)
})

test('an unknown service and an unknown operation are refused with the lists', async () => {
  const service = await control('PUT', '/faults/twitch', '{"fault":"hang"}')
  expect(await errorOf(service)).toMatch(/"twitch"; allowed: kick-api, kick-id/)
  const operation = await control('PUT', '/faults/resend', '{"fault":"hang","operation":"receive"}')
  expect(await errorOf(operation)).toMatch(/"receive"; allowed: send/)
})

test('a body that is no JSON, or has an unknown field, is refused by name', async () => {
  expect(await errorOf(await control('PUT', '/faults/x', '{'))).toBe('the body is no JSON')
  const extra = await control('PUT', '/faults/x', '{"fault":"hang","for":3}')
  expect(await errorOf(extra)).toContain('"for"')
})

test('a fault for one operation leaves the others well, and a number of times runs out', async () => {
  await fakes.client.injectFault('kick-api', 'server-error', { operation: 'public-key', times: 2 })
  const others = await fetch(`${fakes.url}/kick-api/public/v1/channels`)
  expect(others.status).toBe(401)
  expect([await keyStatus(), await keyStatus(), await keyStatus()]).toEqual([500, 500, 200])
})

test('a fault without a number lasts until it is cleared', async () => {
  await fakes.client.injectFault('kick-api', 'unavailable')
  expect([await keyStatus(), await keyStatus()]).toEqual([503, 503])
  expect(await fakes.client.faults()).toEqual([{ service: 'kick-api', fault: 'unavailable' }])
  expect(await fakes.client.clearFaults('kick-api')).toEqual([])
  expect(await keyStatus()).toBe(200)
})

test('requests are counted by service, operation and outcome, and the fault is noted', async () => {
  await fakes.client.forgetRequests()
  await fakes.client.injectFault('kick-api', 'rate-limited', { times: 1 })
  await keyStatus()
  await keyStatus()
  const base = { service: 'kick-api', operation: 'public-key' }
  expect(await fakes.client.requestCounts('kick-api')).toEqual([
    { ...base, outcome: '429', count: 1 },
    { ...base, outcome: '200', count: 1 },
  ])
  const [first] = await fakes.client.requests('kick-api')
  expect(first).toMatchObject({
    ...base,
    fault: 'rate-limited',
    path: '/kick-api/public/v1/public-key',
  })
})

type Route = { path: string; method: string; says: string; body?: { properties: object } }

test('the API describes every route with its body', async () => {
  const { routes } = await json<{ routes: Route[] }>(control('GET', ''))
  const fault = routes.find(
    (route) => route.path === '/control/faults/:service' && route.method === 'PUT',
  )
  expect(Object.keys(fault?.body?.properties ?? {})).toEqual([
    'fault',
    'operation',
    'times',
    'seconds',
  ])
  expect(routes.every((route) => route.says.length > 5)).toBe(true)
})
