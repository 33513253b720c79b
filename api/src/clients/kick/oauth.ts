import { z } from 'zod'
import { UnreadableError } from '../http/errors.ts'
import { exchange, type FetchFor, urlUnder } from '../http/exchange.ts'
import { PATIENT, withRetries } from '../http/retry.ts'
import { refusal } from './envelope.ts'

export type KickOauthOperation = 'token_app' | 'token_refresh'

/** A token as granted. Times are seconds from now. */
export interface Grant {
  readonly accessToken: string
  readonly expiresInSeconds: number
  /** Absent for app tokens, which are asked for anew instead. */
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
   * @throws RefusedError with code `invalid_grant` when the streamer has to connect again.
   */
  refresh(refreshToken: string, signal?: AbortSignal): Promise<Grant>
}

/** `expires_in` is a number on the wire and a text in Kick's docs; both are taken. */
const grantSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
  refresh_token: z.string().min(1).nullish(),
  refresh_expires_in: z.coerce.number().positive().nullish().catch(undefined),
  scope: z.string().nullish().catch(undefined),
})

const TIMEOUT_MS = 10_000

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
    return withRetries(PATIENT, signal, async () => {
      const answer = await exchange({
        name,
        fetch: options.fetchFor(operation),
        request: urlUnder(options.baseUrl, '/oauth/token'),
        init: { method: 'POST', body: new URLSearchParams({ ...form, ...credentials }) },
        timeoutMs: TIMEOUT_MS,
        signal,
      })
      if (!answer.ok) throw refusal(name, answer)
      return grantOf(name, answer.json)
    })
  }

  return {
    appToken: (signal) => ask('token_app', { grant_type: 'client_credentials' }, signal),
    refresh: (refreshToken, signal) =>
      ask('token_refresh', { grant_type: 'refresh_token', refresh_token: refreshToken }, signal),
  }
}

function grantOf(call: string, json: unknown): Grant {
  const read = grantSchema.safeParse(json)
  // Only the field names may be told: the values are secrets.
  if (!read.success) {
    const fields = read.error.issues.map((issue) => issue.path.join('.') || 'body')
    throw new UnreadableError(call, `missing or wrong: ${fields.join(', ')}`)
  }
  const grant = read.data
  return {
    accessToken: grant.access_token,
    expiresInSeconds: grant.expires_in,
    refreshToken: grant.refresh_token ?? undefined,
    refreshExpiresInSeconds: grant.refresh_expires_in ?? undefined,
    scope: grant.scope ?? '',
  }
}
