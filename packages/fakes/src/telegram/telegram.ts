import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Operation, Service } from '../http/service.ts'
import type { Chats } from './chats.ts'
import { telegramError } from './faults.ts'
import { type Parameters, readParameters } from './parameters.ts'
import { sendMessage } from './send-message.ts'

/** The fake of the Bot API for one bot. */
export function createTelegram(chats: Chats, token: string, clock: Clock): Service {
  const botId = Number(token.split(':')[0])
  const method = (name: string, answer: (call: Call, given: Parameters) => Answer): Operation => ({
    method: ['GET', 'POST'],
    path: `/:bot{bot[^/]*}/${name}`,
    handle: async (call) => tokenProblem(call, token) ?? answer(call, await readParameters(call.c)),
  })
  return {
    name: 'telegram',
    operations: {
      sendMessage: method('sendMessage', sendMessage(chats, botId, clock)),
      getMe: method('getMe', () => ({
        status: 200,
        json: {
          ok: true,
          result: { id: botId, is_bot: true, first_name: 'Monitoring', username: 'monitoring_bot' },
        },
      })),
      getChat: method('getChat', (_, given) => {
        const chat = chats.get(Number(given.chat_id))
        if (chat === undefined) return telegramError(400, 'Bad Request: chat not found')
        const { topics: _topics, ...shown } = chat
        return { status: 200, json: { ok: true, result: shown } }
      }),
    },
    unmatched: (call) =>
      /\/bot[^/]+\/[^/]+$/.test(call.c.req.path)
        ? telegramError(404, 'Not Found: method not found')
        : telegramError(404, 'Not Found'),
  }
}

function tokenProblem({ c }: Call, token: string): Answer | undefined {
  const given = /\/bot([^/]*)\//.exec(c.req.path)?.[1] ?? ''
  const isMalformed = !given.includes(':') || given.startsWith('0') || given.length > 80
  if (isMalformed) return telegramError(401, 'Unauthorized: invalid token specified')
  return given === token ? undefined : telegramError(401, 'Unauthorized')
}
