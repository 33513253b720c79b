import type { Answer } from '../../http/answer.ts'

/** What Kick's OAuth server says to a request it cannot make sense of. */
export const invalidRequest: Answer = { status: 400, json: { error: 'Invalid request' } }

const oauthError = (status: number, error: string, error_description: string): Answer => ({
  status,
  json: { error, error_description },
})

export const invalidClient = oauthError(401, 'invalid_client', 'Client authentication failed')

export const invalidGrant = oauthError(
  400,
  'invalid_grant',
  'The provided authorization grant or refresh token is invalid, expired, revoked',
)
