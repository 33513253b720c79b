import { expect, test } from 'vitest'
import { createEmailSender } from '../../src/clients/resend.ts'
import { answering, plainFetch, type Reply } from './answering.ts'

async function send(...replies: Reply[]) {
  const { url, seen } = await answering(...replies)
  const sender = createEmailSender({
    baseUrl: url,
    apiKey: 're_key',
    from: 'V <v@example.test>',
    fetchFor: plainFetch,
  })
  const outcome = await sender
    .send({ to: 'a@example.test', subject: 'Your PIN', text: '123456' })
    .catch((error: Error) => error)
  return { outcome, seen }
}

test('an e-mail arrives as it was written', async () => {
  const { seen } = await send({ body: { id: '49a3' } })
  expect(seen[0]).toMatchObject({ method: 'POST', url: '/prefix/emails' })
  expect(seen[0]?.headers.authorization).toBe('Bearer re_key')
  expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
    from: 'V <v@example.test>',
    to: ['a@example.test'],
    subject: 'Your PIN',
    text: '123456',
  })
})

test('tries again carry one key, so that a lost answer makes no second e-mail', async () => {
  const { seen } = await send(
    { status: 500, body: '' },
    { status: 503, body: '' },
    { body: { id: '49a3' } },
  )
  const keys = seen.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toHaveLength(3)
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toBeTruthy()
})

test('a refusal tells neither the address nor the PIN', async () => {
  const body = { name: 'validation_error', message: 'a@example.test is suppressed (123456)' }
  const { outcome } = await send({ status: 422, body })
  expect(String(outcome)).toContain('resend send_email answered 422: validation_error')
  expect(String(outcome)).not.toMatch(/example|123456/)
})
