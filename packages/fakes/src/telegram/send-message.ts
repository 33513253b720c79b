import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call } from '../http/service.ts'
import type { Chat, Chats, Message } from './chats.ts'
import { type Formatted, tidy } from './entities.ts'
import { telegramError } from './faults.ts'
import { readMarkup } from './markup.ts'
import type { Parameters } from './parameters.ts'

const rawLimit = 32_768
const textLimit = 4096
const messagesPerMinute = 20

const refuse = (reason: string): Answer => telegramError(400, `Bad Request: ${reason}`)
const isTrue = (text: string | undefined): boolean =>
  text !== undefined && ['true', 'yes', '1'].includes(text.toLowerCase())

/** sendMessage: reads the text as tdlib does, then looks for the chat, then delivers. */
export function sendMessage(chats: Chats, botId: number, clock: Clock) {
  return ({ variant }: Call, given: Parameters): Answer => {
    const raw = given.text ?? ''
    if (raw === '') return refuse('message text is empty')
    if (Buffer.byteLength(raw) > rawLimit) return refuse('text is too long')
    const parsed = readMarkup(raw, given.parse_mode ?? '')
    if ('error' in parsed) {
      const isMode = parsed.error === 'unsupported parse_mode'
      return refuse(isMode ? parsed.error : `can't parse entities: ${parsed.error}`)
    }
    if (!given.chat_id) return refuse('chat_id is empty')
    const chat = chats.get(Number(given.chat_id))
    if (chat === undefined) return refuse('chat not found')
    const topic = Number(given.message_thread_id ?? 0) || undefined
    if (topic !== undefined && !chat.topics.includes(topic)) {
      return refuse('message thread not found')
    }
    const tidied = tidy(parsed)
    const problem = lengthProblem(tidied)
    if (problem !== undefined) return refuse(problem)
    const wait = variant === 'busy-chat' ? secondsToWait(chats, chat.id, clock()) : 0
    if (wait > 0) {
      return telegramError(429, `Too Many Requests: retry after ${wait}`, { retry_after: wait })
    }
    const message = chats.add({
      at: clock(),
      chatId: chat.id,
      raw,
      ...tidied,
      parseMode: given.parse_mode ?? '',
      silent: isTrue(given.disable_notification),
      topic,
    })
    return delivered(message, chat, botId, isTrue(given.disable_web_page_preview))
  }
}

function lengthProblem({ text }: Formatted): string | undefined {
  if (text === '') return 'text must be non-empty'
  return [...text].length > textLimit ? 'message is too long' : undefined
}

/** How long the chat must be left alone, by the rate that Telegram's FAQ names. */
function secondsToWait(chats: Chats, chatId: number, now: number): number {
  const times = chats
    .messages()
    .filter((one) => one.chatId === chatId)
    .map(({ at }) => at)
  const oldest = times.at(-messagesPerMinute)
  return oldest === undefined ? 0 : Math.max(0, Math.ceil((oldest + 60_000 - now) / 1000))
}

/** Alertmanager's library dies of an answer without `result.chat`, so it is always there. */
function delivered(message: Message, chat: Chat, botId: number, noPreview: boolean): Answer {
  const { topics: _, ...shownChat } = chat
  const result = {
    message_id: message.id,
    from: { id: botId, is_bot: true, first_name: 'Monitoring', username: 'monitoring_bot' },
    chat: shownChat,
    date: Math.floor(message.at / 1000),
    ...(message.topic !== undefined && { message_thread_id: message.topic }),
    text: message.text,
    ...(message.entities.length > 0 && { entities: message.entities }),
    ...(noPreview && { link_preview_options: { is_disabled: true } }),
  }
  return { status: 200, json: { ok: true, result } }
}
