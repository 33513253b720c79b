import { beforeEach, expect, test } from 'vitest'
import { startTestFakes } from './support/fakes.ts'
import { json } from './support/json.ts'

const fakes = await startTestFakes()
const { client } = fakes
const chatId = -1001000000001
const bot = `${fakes.url}/telegram/bot123456:local-bot-token`

/** Sends as Alertmanager does: every value a string. */
const send = (given: Record<string, string>, base = bot) =>
  fetch(`${base}/sendMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat_id: String(chatId), parse_mode: 'HTML', ...given }),
  })
type Sent = {
  description: string
  result: { message_id: number; message_thread_id: number }
  parameters: { migrate_to_chat_id: number }
}
const description = async (answer: Response) => (await json<Sent>(answer)).description

beforeEach(() => client.clearFaults())

test('a message is delivered with its chat, its plain text and its entities', async () => {
  const answer = await send({
    text: '<b>ViewerPollStale</b>\nsince &lt;10m&gt;',
    disable_web_page_preview: 'true',
    disable_notification: 'true',
  })
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    ok: true,
    result: {
      chat: { id: chatId, type: 'supergroup' },
      from: { id: 123456, is_bot: true },
      text: 'ViewerPollStale\nsince <10m>',
      entities: [{ type: 'bold', offset: 0, length: 15 }],
      link_preview_options: { is_disabled: true },
    },
  })
  const [message] = (await client.telegramMessages()).slice(-1)
  expect(message).toMatchObject({
    chatId,
    raw: '<b>ViewerPollStale</b>\nsince &lt;10m&gt;',
    text: 'ViewerPollStale\nsince <10m>',
    silent: true,
    parseMode: 'HTML',
  })
})

test('messages are listed after an id', async () => {
  const { result } = await json<Sent>(send({ text: 'one' }))
  await send({ text: 'two' })
  const later = await client.telegramMessages(result.message_id)
  expect(later.map(({ text }) => text)).toEqual(['two'])
})

test('4096 characters after parsing are the limit, markup and escapes do not count', async () => {
  const escaped = `<b>${'&lt;'.repeat(4096)}</b>`
  expect((await send({ text: escaped })).status).toBe(200)
  expect((await send({ text: '🔥'.repeat(4096) })).status).toBe(200)
  const tooLong = await send({ text: 'x'.repeat(4097) })
  expect([tooLong.status, await description(tooLong)]).toEqual([
    400,
    'Bad Request: message is too long',
  ])
  expect(await description(await send({ text: 'x'.repeat(32_769) }))).toBe(
    'Bad Request: text is too long',
  )
})

test.each([
  [{ text: '' }, 'message text is empty'],
  [{ text: '<b> \n</b>' }, 'text must be non-empty'],
  [{ text: 'x', chat_id: '' }, 'chat_id is empty'],
  [{ text: 'x', chat_id: '-5' }, 'chat not found'],
  [{ text: 'x', parse_mode: 'BBCode' }, 'unsupported parse_mode'],
  [{ text: 'x', message_thread_id: '7' }, 'message thread not found'],
  [{ text: 'a < b' }, 'can\'t parse entities: Unsupported start tag "" at byte offset 2'],
  [
    { text: 'a-b', parse_mode: 'MarkdownV2' },
    "can't parse entities: Character '-' is reserved and must be escaped with the preceding '\\'",
  ],
])('%j is refused', async (given, reason) => {
  const answer = await send(given as Record<string, string>)
  expect(await answer.json()).toEqual({
    ok: false,
    error_code: 400,
    description: `Bad Request: ${reason}`,
  })
})

test('other parse modes and none are accepted', async () => {
  expect((await send({ text: 'a\\-b', parse_mode: 'MarkdownV2' })).status).toBe(200)
  expect((await send({ text: 'a < b', parse_mode: '' })).status).toBe(200)
})

test('a topic of the chat is accepted', async () => {
  await client.putTelegramChat(chatId, { topics: [7] })
  const answer = await json<Sent>(send({ text: 'x', message_thread_id: '7' }))
  expect(answer.result.message_thread_id).toBe(7)
})

test.each([
  ['wrong', 'bot123456:another', 401, 'Unauthorized'],
  ['without a colon', 'botabc', 401, 'Unauthorized: invalid token specified'],
  ['starting with 0', 'bot0:x', 401, 'Unauthorized: invalid token specified'],
  ['too long', `bot1:${'x'.repeat(80)}`, 401, 'Unauthorized: invalid token specified'],
])('a token that is %s is refused', async (_, path, status, reason) => {
  const answer = await send({ text: 'x' }, `${fakes.url}/telegram/${path}`)
  expect([answer.status, await description(answer)]).toEqual([status, reason])
})

test('an unknown method and a path without a bot are not found', async () => {
  expect(await description(await fetch(`${bot}/sendMassage`))).toBe('Not Found: method not found')
  expect(await description(await fetch(`${fakes.url}/telegram/`))).toBe('Not Found')
})

test('forms and queries are understood too', async () => {
  const form = new URLSearchParams({ chat_id: String(chatId), text: 'by form' })
  expect((await fetch(`${bot}/sendMessage`, { method: 'POST', body: form })).status).toBe(200)
  expect((await fetch(`${bot}/sendMessage?chat_id=${chatId}&text=hi`)).status).toBe(200)
})

test('a 429 says how long to wait, in the body and in a header', async () => {
  await client.injectFault('telegram', 'rate-limited', { times: 1, seconds: 7 })
  const answer = await send({ text: 'x' })
  expect(answer.headers.get('retry-after')).toBe('7')
  expect(await answer.json()).toEqual({
    ok: false,
    error_code: 429,
    description: 'Too Many Requests: retry after 7',
    parameters: { retry_after: 7 },
  })
})

test('a busy chat takes 20 messages a minute', async () => {
  fakes.passSeconds(120)
  await client.injectFault('telegram', 'busy-chat')
  const statuses = []
  for (let count = 0; count < 21; count += 1) statuses.push((await send({ text: 'x' })).status)
  expect(statuses.slice(-2)).toEqual([200, 429])
  fakes.passSeconds(61)
  expect((await send({ text: 'x' })).status).toBe(200)
})

test('the chat a group has migrated to exists', async () => {
  await client.injectFault('telegram', 'migrated', { times: 1 })
  const { parameters } = await json<Sent>(send({ text: 'x' }))
  const answer = await send({ text: 'x', chat_id: String(parameters.migrate_to_chat_id) })
  expect(answer.status).toBe(200)
})
