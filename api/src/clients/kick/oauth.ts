import { z } from 'zod'
import { RefusedError, UnreadableError } from '../http/errors.ts'
import { type Answer, exchange, type FetchFor, urlUnder } from '../http/exchange.ts'
import { PATIENT, withRetries } from '../http/retry.ts'
import { refusal } from './envelope.ts'

export type KickOauthOperation = 'token_app' | 'token_refresh'

/** A token as granted. Times are seconds from now. */
export interface Grant {
  readonly accessToken: string
  readonly expiresInSeconds: number
  /** Absent for app tokens, which are requested again instead. */
  readonly refreshToken?: string | undefined
  readonly refreshExpiresInSeconds?: number | undefined
  readonly scope: string
}

/** Kick's OAuth server, as far as a backend needs it. */
export interface KickOauth {
  /** A token of the app itself: reads public data of any channel, manages subscriptions. */
  appToken(signal?: AbortSignal): Promise<Grant>
  /**
   * Trades a streamer's refresh token for new tokens.
   * @throws RefusedError with code `invalid_grant` only when Kick refuses the grant beyond doubt; its
   * code is `invalid_grant_after_loss` when an answer to an earlier attempt was lost, since that
   * attempt may have used the token up.
   */
  refresh(refreshToken: string, signal?: AbortSignal): Promise<Grant>
}

/** Unusable as a token, and PostgreSQL's text does not hold it. */
const token = z
  .string()
  .min(1)
  .max(8192)
  .refine((text) => !text.includes('\0'))
/** `expires_in` is a number on the wire and a text in Kick's docs; both are accepted. */
const seconds = z.coerce.number().positive()
const LONGEST_SECONDS = 365 * 24 * 3600
/** A token without a readable lifetime is refreshed at the next run. */
const UNKNOWN_LIFETIME_SECONDS = 3600

/** The tokens alone are required. A rotated token must not be lost for a field next to it. */
const grantSchema = z.object({
  access_token: token,
  expires_in: seconds.catch(UNKNOWN_LIFETIME_SECONDS),
  refresh_token: token.nullish(),
  refresh_expires_in: seconds.nullish().catch(undefined),
  scope: z.string().max(1000).nullish().catch(undefined),
})

const TIMEOUT_MS = 10_000
const LARGEST_ANSWER_BYTES = 64 * 1024

/**
 * Kick takes the app's credentials in the form body, not as HTTP Basic.
 * @see https://docs.kick.com/getting-started/generating-tokens-oauth2-flow
 */
export function createKickOauth(options: {
  baseUrl: string
  clientId: string
  clientSecret: string
  fetchFor: FetchFor<KickOauthOperation>
}): KickOauth {
  const credentials = { client_id: options.clientId, client_secret: options.clientSecret }

  function ask(
    operation: KickOauthOperation,
    form: Readonly<Record<string, string>>,
    signal: AbortSignal | undefined,
  ): Promise<Grant> {
    const name = `kick_oauth ${operation}`
    let answerLost = false
    return withRetries(PATIENT, signal, async () => {
      const answer = await exchange({
        name,
        fetch: options.fetchFor(operation),
        request: urlUnder(options.baseUrl, '/oauth/token'),
        init: { method: 'POST', body: new URLSearchParams({ ...form, ...credentials }) },
        timeoutMs: TIMEOUT_MS,
        maxBytes: LARGEST_ANSWER_BYTES,
        signal,
      }).catch((error: unknown) => {
        answerLost = true
        throw error
      })
      // A gateway's error may come after the request was served.
      if (answer.status >= 500) answerLost = true
      if (!answer.ok) throw oauthRefusal(name, answer, answerLost)
      return grantOf(name, answer.json)
    })
  }

  return {
    appToken: (signal) => ask('token_app', { grant_type: 'client_credentials' }, signal),
    refresh: (refreshToken, signal) =>
      ask('token_refresh', { grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
  }
}

/** OAuth reports a refused grant with status 400 or 401 (RFC 6749 §5.2); elsewhere the code proves nothing. */
function oauthRefusal(name: string, answer: Answer, answerLost: boolean): RefusedError {
  const error = refusal(name, answer)
  if (error.code !== 'invalid_grant') return error
  const isClientError = answer.status === 400 || answer.status === 401
  if (isClientError && !answerLost) return error
  return new RefusedError(name, {
    status: answer.status,
    reason: 'invalid_grant, which is not certain',
    code: isClientError ? 'invalid_grant_after_loss' : undefined,
    retryAfterMs: error.retryAfterMs,
  })
}

function grantOf(call: string, json: unknown): Grant {
  const read = grantSchema.safeParse(json)
  // Only the names of the fields: the values are secrets.
  if (!read.success) {
    const fields = read.error.issues.map((issue) => issue.path.join('.') || 'body')
    throw new UnreadableError(call, `missing or wrong: ${fields.join(', ')}`)
  }
  const grant = read.data
  const limited = (lifetime: number) => Math.min(lifetime, LONGEST_SECONDS)
  return {
    accessToken: grant.access_token,
    expiresInSeconds: limited(grant.expires_in),
    refreshToken: grant.refresh_token ?? undefined,
    refreshExpiresInSeconds: grant.refresh_expires_in
      ? limited(grant.refresh_expires_in)
      : undefined,
    scope: grant.scope?.replaceAll('\0', '') ?? '',
  }
}
