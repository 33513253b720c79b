import type { Hook } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { ZodError } from 'zod'
import { isDatabaseUnavailable } from '../db/failures.ts'
import { DomainError, type ErrorDetails, invalid, notFound, unavailable } from '../domain/errors.ts'
import { type AppEnv, addLogFields } from './context.ts'

/** Receives unexpected errors; Sentry, where a DSN is configured. */
export type ReportError = (error: unknown) => void

const STATUS = {
  invalid_input: 400,
  below_floor: 400,
  not_signed_in: 401,
  wrong_pin: 401,
  forbidden: 403,
  not_found: 404,
  wrong_state: 409,
  already_exists: 409,
  too_large: 413,
  unsupported_encoding: 415,
  too_many_requests: 429,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorDetails['code'], ContentfulStatusCode>

/** Answers every thrown error in the one shape that the API documents. */
export function errorHandler(report: ReportError) {
  return (error: Error, c: Context<AppEnv>): Response => {
    if (error instanceof DomainError) return answer(c, error.message, error.details)
    if (isDatabaseUnavailable(error)) {
      addLogFields(c, { err: String(error) })
      const { message, details } = unavailable(
        'The database is not available; try again in a moment.',
      )
      return answer(c, message, details)
    }
    // Hono throws these itself, above all for a body that is not JSON.
    if (error instanceof HTTPException) {
      const details = { code: 'invalid_input', field: 'body' } as const
      return answer(c, error.message, details, error.status)
    }
    addLogFields(c, { err: error.stack ?? String(error) })
    report(error)
    return answer(c, 'Something went wrong on our side.', { code: 'internal' })
  }
}

/** Answers requests that match no route. */
export function unknownRouteHandler(c: Context<AppEnv>): Response {
  return answer(c, 'There is nothing at this address; see /openapi.json.', { code: 'not_found' })
}

/**
 * Rejects input that does not match a route's schemas, naming the first invalid field. A malformed id
 * in the path identifies nothing, hence 404.
 */
export const rejectInvalidInput: Hook<unknown, AppEnv, string, unknown> = (checked) => {
  if (checked.success) return
  if (checked.target === 'param') throw notFound('thing')
  const { field, message } = firstIssue(checked.error)
  throw invalid(field, message)
}

function firstIssue(error: ZodError): { field: string; message: string } {
  const [issue] = error.issues
  if (!issue) return { field: 'body', message: 'This cannot be taken.' }
  const field = issue.path.join('.') || 'body'
  return { field, message: `${field}: ${issue.message}` }
}

function answer(
  c: Context<AppEnv>,
  message: string,
  { code, field, state, retryAfterSeconds }: ErrorDetails,
  status: ContentfulStatusCode = STATUS[code],
): Response {
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds))
  addLogFields(c, { refusal: code, field, state })
  return c.json({ error: { code, message, field, state, request_id: c.get('requestId') } }, status)
}
