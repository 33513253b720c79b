import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { chatExport } from '../../src/jobs/chat-export.ts'
import { setStage } from './stage.ts'

const stage = setStage()

/** The start of the hour that is `ago` hours before the running one. */
function hour(ago: number): Date {
  const start = new Date(Math.floor(stage.now().getTime() / 3_600_000) * 3_600_000)
  return new Date(start.getTime() - ago * 3_600_000)
}

function keyOf(at: Date) {
  return `chat/${at.toISOString().slice(0, 13).replaceAll('-', '/').replace('T', '/')}.ndjson.gz`
}

/** Stores messages one second apart from `start` on. */
function chat(start: Date, count: number, prefix = 'm') {
  return stage.query(
    `insert into kick_chat_messages
       (message_id, kick_user_id, sender_id, sender_name, content, emotes, sent_at, stored_at)
     select $3 || n, 1, 2, 'Beta', 'hey ' || n, '[]', $1::timestamptz - interval '1 day',
       $1::timestamptz + make_interval(secs => n)
     from generate_series(1, $2) as n`,
    [start, count, prefix],
  )
}

async function stored() {
  return (await stage.fakes.objects('chat/')).map(({ key, base64 }) => ({
    key,
    lines: gunzipSync(Buffer.from(base64, 'base64'))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { message_id: string }),
  }))
}
async function uploads() {
  return (await stage.fakes.requests('s3')).filter(({ method }) => method === 'PUT').length
}
function noted() {
  return stage.query<{ hour: Date; message_count: number }>(
    'select hour, message_count from chat_exports order by hour',
  )
}

describe('the chat of a closed hour', () => {
  test('is one object a line in one gzip an hour, and the running hour is left alone', async () => {
    await chat(hour(2), 3, 'a')
    await chat(hour(1), 2, 'b')
    await chat(hour(0), 1, 'c')
    await stage.run(chatExport)

    const objects = await stored()
    expect(objects.map(({ key }) => key)).toEqual([keyOf(hour(2)), keyOf(hour(1))])
    expect(objects[0]?.lines.map((line) => line.message_id)).toEqual(['a1', 'a2', 'a3'])
    expect(objects[0]?.lines[0]).toEqual({
      message_id: 'a1',
      broadcaster_user_id: 1,
      sender_id: 2,
      sender_name: 'Beta',
      content: 'hey 1',
      emotes: [],
      replies_to: null,
      sent_at: new Date(hour(2).getTime() - 86_400_000).toISOString(),
      stored_at: new Date(hour(2).getTime() + 1_000).toISOString(),
    })
    expect(await noted()).toEqual([
      { hour: hour(2), message_count: 3 },
      { hour: hour(1), message_count: 2 },
    ])
  })

  test('is complete to the second, and when it is larger than one page of the database', async () => {
    await chat(new Date(hour(1).getTime() - 1_000), 3_601)
    await stage.run(chatExport)
    const [object, ...others] = await stored()
    expect(object?.lines).toHaveLength(3_600)
    expect(others).toEqual([])
  })

  test('is not uploaded twice', async () => {
    await chat(hour(1), 3)
    await stage.run(chatExport)
    await stage.run(chatExport)
    expect(await uploads()).toBe(1)
  })

  test('of an hour without chat makes no object', async () => {
    await chat(hour(4), 1, 'a')
    await chat(hour(1), 1, 'b')
    await stage.run(chatExport)
    expect(await stored()).toHaveLength(2)
  })

  test('is written again when a slow transaction added to it', async () => {
    await chat(hour(1), 3)
    await stage.run(chatExport)
    await chat(hour(1), 1, 'late')
    await stage.run(chatExport)
    const [object] = await stored()
    expect(object?.lines).toHaveLength(4)
  })
})

describe('an export that fails', () => {
  test('costs its own hour only, and the next run does it', async () => {
    await chat(hour(2), 3, 'a')
    await chat(hour(1), 2, 'b')
    await stage.fakes.injectFault('s3', 'access-denied', { times: 1 })
    await expect(stage.run(chatExport)).rejects.toThrow(
      '1 of 2 hours failed; the first: s3 put_object answered 403: AccessDenied: Access Denied',
    )
    expect(await stored()).toHaveLength(1)
    await stage.run(chatExport)
    expect(await stored()).toHaveLength(2)
  })

  test('between upload and note is done again, to the same bytes under the same key', async () => {
    await chat(hour(1), 3)
    await stage.run(chatExport)
    const before = await stage.fakes.objects('chat/')
    await stage.query('delete from chat_exports')
    await stage.run(chatExport)
    const after = await stage.fakes.objects('chat/')
    expect(after.map(({ key, base64 }) => [key, base64])).toEqual(
      before.map(({ key, base64 }) => [key, base64]),
    )
    expect(await noted()).toHaveLength(1)
  })

  test.each([
    ['signature-mismatch', '403: SignatureDoesNotMatch'],
    ['clock-skewed', '403: RequestTimeTooSkewed'],
    ['not-found', '404'],
  ] as const)('by %s says why and is not tried again', async (fault, message) => {
    await chat(hour(1), 3)
    await stage.fakes.injectFault('s3', fault)
    await expect(stage.run(chatExport)).rejects.toThrow(message)
    expect(await uploads()).toBe(1)
  })

  test('is noticed when the storage damaged the object', async () => {
    await chat(hour(1), 3)
    await stage.fakes.injectFault('s3', 'wrong-etag', { operation: 'put-object' })
    await expect(stage.run(chatExport)).rejects.toThrow(
      /ETag differs from the MD5 of what was sent/,
    )
    expect(await noted()).toEqual([])
  })

  test.each(['unavailable', 'server-error', 'reset'] as const)(
    'once by %s is signed again and succeeds',
    async (fault) => {
      await chat(hour(1), 3)
      await stage.fakes.injectFault('s3', fault, { times: 1 })
      await stage.run(chatExport)
      expect(await stored()).toHaveLength(1)
    },
  )
})

test('after a night without storage every hour is made up for', async () => {
  for (const ago of [7, 5, 1]) await chat(hour(ago), 3, `${ago} hours ago `)
  await stage.fakes.injectFault('s3', 'no-bucket')
  await expect(stage.run(chatExport)).rejects.toThrow('3 of 3 hours failed')
  await stage.fakes.clearFaults()
  await stage.run(chatExport)
  expect(await stored()).toHaveLength(3)
})
