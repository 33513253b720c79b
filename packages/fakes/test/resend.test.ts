import { expect, test } from 'vitest'
import { startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'

const fakes = await startTestFakes()
const good = {
  from: 'V <hello@v.test>',
  to: 'a@b.test',
  subject: 'PIN',
  text: 'Your PIN is 123456',
}
const send = (body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${fakes.url}/resend/emails`, {
    method: 'POST',
    headers: { authorization: 'Bearer re_local_key', ...headers },
    body: JSON.stringify(body),
  })

test('an e-mail is taken, kept, and found by its recipient', async () => {
  const { id } = await json<{ id: string }>(send(good))
  expect(await fakes.client.emails('a@b.test')).toMatchObject([
    { id, to: ['a@b.test'], subject: 'PIN', text: 'Your PIN is 123456' },
  ])
  expect(await fakes.client.emails('c@d.test')).toEqual([])
})

test('the same idempotency key sends once, and not something else', async () => {
  const key = { 'idempotency-key': 'k-1' }
  const mail = { ...good, to: ['once@b.test'] }
  const first = await (await send(mail, key)).json()
  expect(await (await send(mail, key)).json()).toEqual(first)
  expect(await fakes.client.emails('once@b.test')).toHaveLength(1)
  expect((await send({ ...mail, subject: 'other' }, key)).status).toBe(409)
})

test.each([
  ['no key', good, { authorization: '' }, 401, 'missing_api_key'],
  ['a wrong key', good, { authorization: 'Bearer re_x' }, 403, 'invalid_api_key'],
  ['no recipient', { ...good, to: [] }, {}, 422, 'validation_error'],
  ['no address', { ...good, to: 'no-address' }, {}, 422, 'validation_error'],
  ['no content', { ...good, text: '' }, {}, 422, 'validation_error'],
])('%s is refused', async (_, body, headers, status, name) => {
  const answer = await send(body, headers as Record<string, string>)
  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ statusCode: status, name })
})
