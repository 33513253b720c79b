import { createServer } from 'node:http'
import { until } from '@verifluence/testkit'
import { expect, it, onTestFinished } from 'vitest'
import { startSentry } from '../../src/http/sentry.ts'

it('an unexpected error goes to Sentry where there is a DSN, and nowhere else', async () => {
  const envelopes: string[] = []
  const sentry = createServer(async (request, response) => {
    envelopes.push((await request.setEncoding('utf8').toArray()).join(''))
    response.end('{}')
  })
  await new Promise<void>((resolve) => sentry.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void sentry.close())
  const address = sentry.address()
  const port = typeof address === 'object' ? address?.port : 0

  const silent = await startSentry(undefined, 'test')
  silent(new Error('not reported'))
  const report = await startSentry(`http://key@127.0.0.1:${port}/1`, '1.2.3')
  report(new Error('reported to Sentry'))
  const envelope = await until(
    'an envelope',
    () => envelopes.find((text) => text.includes('event')),
    {
      withinMs: 10_000,
    },
  )
  const event = JSON.parse(envelope.split('\n')[2] ?? '{}')
  expect(event).toMatchObject({
    release: '1.2.3',
    exception: { values: [{ value: 'reported to Sentry' }] },
  })
  expect(event).not.toHaveProperty('request')
  expect(envelopes).toHaveLength(1)
})
