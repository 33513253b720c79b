import type { Fault, Faults } from '../faults/fault.ts'
import { commonFaults } from '../faults/fault.ts'
import type { Answer } from '../http/answer.ts'

/** An error answer of the Bot API; the HTTP status repeats `error_code`. */
export function telegramError(code: number, description: string, parameters?: object): Answer {
  const wait =
    parameters !== undefined && 'retry_after' in parameters
      ? { 'retry-after': String(parameters.retry_after) }
      : {}
  return {
    status: code,
    json: { ok: false, error_code: code, description, ...(parameters && { parameters }) },
    headers: wait,
  }
}

/** The supergroup a chat becomes in the fault `migrated`; it accepts messages. */
export const migratedChatId = -1002000000002

const refusal = (says: string, code: number, description: string): Fault => ({
  says,
  answer: telegramError(code, description),
})

export const telegramFaults = {
  ...commonFaults({
    unauthorized: telegramError(401, 'Unauthorized'),
    rateLimited: (seconds) =>
      telegramError(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds }),
    serverError: telegramError(500, 'Internal Server Error'),
    unavailable: telegramError(503, 'Service Unavailable'),
  }),
  'chat-not-found': refusal('does not know the chat', 400, 'Bad Request: chat not found'),
  'cannot-parse': refusal(
    'refuses the markup',
    400,
    'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 0',
  ),
  'thread-not-found': refusal(
    'does not know the topic',
    400,
    'Bad Request: message thread not found',
  ),
  kicked: refusal(
    'the bot was removed from the chat',
    403,
    'Forbidden: bot was kicked from the supergroup chat',
  ),
  'not-a-member': refusal(
    'the bot was never in the chat',
    403,
    'Forbidden: bot is not a member of the supergroup chat',
  ),
  blocked: refusal('the user blocked the bot', 403, 'Forbidden: bot was blocked by the user'),
  'user-deactivated': refusal('the user is gone', 403, 'Forbidden: user is deactivated'),
  'chat-deleted': refusal('the chat is gone', 403, 'Forbidden: the group chat was deleted'),
  migrated: {
    says: 'the group has become a supergroup with another id',
    answer: telegramError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: migratedChatId,
    }),
  },
  'ok-with-error-status': {
    says: 'accepts the message, but with HTTP 500; clients go by `ok`',
    answer: { status: 500, json: { ok: true, result: { message_id: 7, chat: { id: -1 } } } },
  },
  'ok-without-result': {
    says: 'says ok and nothing of the message; Alertmanager dies of it',
    answer: { status: 200, json: { ok: true } },
  },
  'ok-without-chat': {
    says: 'says ok and nothing of the chat; Alertmanager dies of it',
    answer: { status: 200, json: { ok: true, result: { message_id: 7 } } },
  },
  'busy-chat': {
    says: 'keeps to 20 messages a minute per chat and answers 429 beyond',
    variant: true,
  },
} as const satisfies Faults
