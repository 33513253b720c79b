import { commonFaults, type Faults } from '../faults/fault.ts'
import type { Answer } from '../http/answer.ts'

/** An error answer of Resend (https://resend.com/docs/api-reference/errors). */
export function resendError(status: number, name: string, message: string): Answer {
  return { status, json: { statusCode: status, message, name } }
}

export const resendFaults = {
  ...commonFaults({
    unauthorized: resendError(
      401,
      'missing_api_key',
      'Missing API key in the authorization header.',
    ),
    rateLimited: (seconds) => ({
      ...resendError(
        429,
        'rate_limit_exceeded',
        'Too many requests. You can only make 2 requests per second.',
      ),
      headers: { 'retry-after': String(seconds) },
    }),
    serverError: resendError(500, 'internal_server_error', 'An unexpected error occurred.'),
    unavailable: resendError(503, 'application_error', 'Service unavailable.'),
  }),
  'invalid-key': {
    says: 'does not know the API key (403)',
    answer: resendError(403, 'invalid_api_key', 'API key is invalid.'),
  },
  'quota-used-up': {
    says: 'the daily quota is used up (429)',
    answer: resendError(
      429,
      'daily_quota_exceeded',
      'You have reached your daily email sending quota.',
    ),
  },
  'invalid-recipient': {
    says: 'refuses the recipient (422)',
    answer: resendError(422, 'validation_error', 'Invalid `to` field.'),
  },
} as const satisfies Faults
