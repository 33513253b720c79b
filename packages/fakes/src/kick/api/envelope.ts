import type { Answer } from '../../http/answer.ts'

/** Success of Kick's API. */
export const ok = (data: unknown, more: object = {}): Answer => ({
  status: 200,
  json: { data, message: 'OK', ...more },
})

/** Kick's 400, where `data` is a sentence. */
export const badRequest = (reason: string): Answer => ({
  status: 400,
  json: { data: reason, message: 'Bad request' },
})

export const unauthorized: Answer = { status: 401, json: { data: {}, message: 'Unauthorized' } }

export const notFound: Answer = { status: 404, json: { data: {}, message: 'Not Found' } }

export const tooMany: Answer = { status: 429, json: { data: {}, message: 'Too Many Requests' } }
