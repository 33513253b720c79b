import type { Faults } from '../faults/fault.ts'
import { commonFaults } from '../faults/fault.ts'

const envelope = (message: string) => ({ data: {}, message })

/** Kick says nothing about the body of a 429 and sends no headers with it. */
const kickRefusals = {
  unauthorized: { status: 401, json: envelope('Unauthorized') },
  rateLimited: { status: 429, json: envelope('Too Many Requests') },
  serverError: { status: 500, json: envelope('Internal server error') },
  unavailable: { status: 503, json: envelope('Service unavailable') },
}

/** Two codes `fetch` keeps to itself: 407 becomes a network error, and after 421 it asks once more. */
const refusalCodes = Array.from({ length: 200 }, (_, index) => 400 + index).filter(
  (code) => code !== 407 && code !== 421,
)
const anyRefusal = () => refusalCodes[Math.floor(Math.random() * refusalCodes.length)] ?? 500

export const kickApiFaults = {
  ...commonFaults(kickRefusals),
  forbidden: {
    says: 'the edge blocks the caller (403, not the API envelope)',
    answer: {
      status: 403,
      json: { error: 'Request blocked by security policy.', reference: '5f0c2a9d' },
    },
  },
  'bad-request': {
    says: 'refuses with a string where an object is expected in `data` (400)',
    answer: { status: 400, json: { data: 'invalid request', message: 'Invalid request' } },
  },
  'limit-reached': {
    says: 'the application has no event subscription left (400)',
    answer: {
      status: 400,
      json: { data: 'event subscription limit reached', message: 'Bad request' },
    },
  },
  'any-code': {
    says: 'refuses each request with another status code, from 400 to 599 without 407 and 421',
    answer: () => ({ status: anyRefusal(), json: envelope('No') }),
  },
  'string-data': {
    says: 'answers 200, but `data` is a string',
    answer: { status: 200, json: { data: 'OK', message: 'OK' } },
  },
  'delayed-list': {
    says: 'channels and livestreams show what was true 20 seconds ago',
    variant: true,
    seconds: 20,
  },
  'half-offline': { says: 'every second channel of a batch looks offline', variant: true },
  'viewers-hidden': { says: 'every live channel reports 0 viewers', variant: true },
  'null-stream': { says: '`stream` and `category` of a channel are null', variant: true },
  'unknown-slug-refused': {
    says: 'one unknown slug fails the whole request (400) instead of being left out',
    variant: true,
  },
  'item-error': { says: 'a subscription is refused per item, in a 200', variant: true },
  'subscriptions-vanish': {
    says: 'creating a subscription answers with an id that is never listed',
    variant: true,
  },
  'subscriptions-doubled': {
    says: 'asking twice for a subscription makes two of it',
    variant: true,
  },
  'old-key': {
    says: 'still hands out the public key from before the last rotation',
    variant: true,
  },
} as const satisfies Faults

export const kickIdFaults = {
  ...commonFaults({
    unauthorized: {
      status: 401,
      json: { error: 'invalid_client', error_description: 'Client authentication failed' },
    },
    rateLimited: { status: 429, text: '' },
    serverError: { status: 500, json: { error: 'server_error' } },
    unavailable: { status: 503, text: '' },
  }),
  forbidden: { says: 'refuses without a word (403)', answer: { status: 403 } },
  'invalid-grant': {
    says: 'the refresh token is invalid, expired or revoked (400)',
    answer: {
      status: 400,
      json: {
        error: 'invalid_grant',
        error_description:
          'The provided grant is invalid, expired, revoked or was issued to another client',
      },
    },
  },
  'single-use-refresh': { says: 'a refresh token works once only', variant: true },
  'short-lived': {
    says: 'access tokens live for the given seconds only',
    variant: true,
    seconds: 2,
  },
  'text-expiry': { says: '`expires_in` is a string', variant: true },
} as const satisfies Faults
