import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { isDatabaseAway } from '../db/failures.ts'
import type { AppEnv } from './env.ts'
import { note } from './env.ts'
import { type RefusalDetails, unavailable } from './refusal.ts'

/** Told of what nobody foresaw; Sentry, where there is a DSN. */
export type ReportError = (error: unknown) => void

/** Turns whatever was thrown into the one shape in which the api refuses. */
export const answerError =
  (report: ReportError) =>
  (error: Error, c: Context<AppEnv>): Response => {
    const thrown = isDatabaseAway(error) ? databaseAway(c, error) : error
    if (thrown instanceof HTTPException) return answerRefusal(c, thrown)
    note(c, { error: error.stack ?? String(error) })
    report(error)
    return answer(c, 500, 'Something went wrong on our side.', { code: 'internal' })
  }

const databaseAway = (c: Context<AppEnv>, error: Error) => {
  note(c, { error: String(error) })
  return unavailable('The database is not available; try again in a moment.')
}

/** Hono throws refusals of its own, for a body that is no JSON above all. */
const answerRefusal = (c: Context<AppEnv>, { status, message, cause }: HTTPException): Response => {
  if (isDetails(cause)) return answer(c, status, message, cause)
  return answer(c, status, message, { code: 'invalid_input', field: 'body' })
}

const isDetails = (cause: unknown): cause is RefusalDetails =>
  typeof cause === 'object' && cause !== null && 'code' in cause && typeof cause.code === 'string'

const answer = (
  c: Context<AppEnv>,
  status: HTTPException['status'],
  message: string,
  details: RefusalDetails,
): Response => {
  const { code, field, state, retryAfterSeconds } = details
  if (retryAfterSeconds !== undefined) c.header('Retry-After', String(retryAfterSeconds))
  note(c, { refusal: code, field, state })
  return c.json({ error: { code, message, field, state, request_id: c.get('requestId') } }, status)
}

/** For addresses that no route has. */
export const answerUnknownRoute = (c: Context<AppEnv>): Response =>
  answer(c, 404, 'There is nothing at this address; see /openapi.json.', { code: 'not_found' })
