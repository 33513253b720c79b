import { expect, test } from 'vitest'
import { json } from './support/json.ts'
import { aWorld } from './support/world.ts'

const world = await aWorld()
const good = {
  from: 'V <hello@v.test>',
  to: 'a@b.test',
  subject: 'PIN',
  text: 'Your PIN is 123456',
}
const send = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${world.url}/resend/emails`, {
    method: 'POST',
    headers: { authorization: 'Bearer re_local_key', ...headers },
    body: JSON.stringify(body),
  })

test('an e-mail is taken, kept, and found by its recipient', async () => {
  const { id } = await json<{ id: string }>(send(good))
  expect(await world.client.emails('a@b.test')).toMatchObject([
    { id, to: ['a@b.test'], subject: 'PIN', text: 'Your PIN is 123456' },
  ])
  expect(await world.client.emails('c@d.test')).toEqual([])
})

test('the same idempotency key sends once, and not something else', async () => {
  const key = { 'idempotency-key': 'k-1' }
  const mail = { ...good, to: ['once@b.test'] }
  const first = await (await send(mail, key)).json()
  expect(await (await send(mail, key)).json()).toEqual(first)
  expect(await world.client.emails('once@b.test')).toHaveLength(1)
  expect((await send({ ...mail, subject: 'other' }, key)).status).toBe(409)
})

test.each([
  ['no key', good, { authorization: '' }, 401, 'missing_api_key'],
  ['a wrong key', good, { authorization: 'Bearer re_x' }, 403, 'invalid_api_key'],
  ['no recipient', { ...good, to: [] }, {}, 422, 'validation_error'],
  ['no address', { ...good, to: 'nobody' }, {}, 422, 'validation_error'],
  ['no content', { ...good, text: '' }, {}, 422, 'validation_error'],
])('%s is refused', async (_, body, headers, status, name) => {
  const answer = await send(body, headers as Record<string, string>)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ statusCode: status, name })
})
