import type { Faults } from '../faults/fault.ts'
import { commonFaults } from '../faults/fault.ts'
import type { Answer } from '../http/answer.ts'

export const problemType = { 'content-type': 'application/problem+json' }

/** A refusal that is about the request as a whole. */
export const about = (status: number, title: string): Answer => ({
  status,
  text: JSON.stringify({ title, type: 'about:blank', status, detail: title }),
  headers: problemType,
})

export const xFaults = {
  ...commonFaults({
    unauthorized: about(401, 'Unauthorized'),
    rateLimited: (seconds) => {
      const answer = about(429, 'Too Many Requests')
      return {
        ...answer,
        headers: {
          ...answer.headers,
          'x-rate-limit-limit': '300',
          'x-rate-limit-remaining': '0',
          'x-rate-limit-reset': String(Math.ceil(Date.now() / 1000) + seconds),
        },
      }
    },
    serverError: about(500, 'Internal Server Error'),
    unavailable: about(503, 'Service Unavailable'),
  }),
  'rate-limited-code-88': {
    says: 'has had too many requests, in the older wording (429)',
    answer: { status: 429, json: { errors: [{ code: 88, message: 'Rate limit exceeded' }] } },
  },
  'no-credits': {
    says: 'the account has no credits left (402)',
    answer: {
      status: 402,
      json: {
        title: 'CreditsDepleted',
        detail: 'Your account does not have any credits to fulfill this request.',
        type: 'https://api.x.com/2/problems/credits',
        status: 402,
      },
    },
  },
  forbidden: {
    says: 'the client may not use this endpoint (403)',
    answer: {
      status: 403,
      json: {
        title: 'Client Forbidden',
        detail: 'This client is not allowed to use this endpoint.',
        type: 'https://api.x.com/2/problems/client-forbidden',
        reason: 'client-not-enrolled',
      },
    },
  },
  'unknown-is-404': {
    says: 'answers 404 for an unknown user instead of 200 with `errors`',
    variant: true,
  },
} as const satisfies Faults
