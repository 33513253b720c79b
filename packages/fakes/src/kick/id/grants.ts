import type { Answer } from '../../http/answer.ts'
import type { Call } from '../../http/service.ts'
import { lifetimes, type Token, type Tokens } from '../tokens.ts'
import { invalidGrant } from './answers.ts'
import type { Consent, Consents } from './consent.ts'

/** How a grant is answered: from the form of the request, in the fault of the call. */
export type Grant = (form: Readonly<Record<string, string>>, call: Call) => Answer

/** The three grants of Kick's token endpoint, by `grant_type`. */
export function createGrants(tokens: Tokens, consents: Consents): Readonly<Record<string, Grant>> {
  return {
    client_credentials: (_, call) => {
      const seconds = lifetime(call, lifetimes.app)
      const token = tokens.issue({ kind: 'app', use: 'access', scope: '' }, seconds)
      return { status: 200, json: bearer(token, seconds, call) }
    },
    authorization_code: (form, call) => {
      const consent = consents.redeem(form)
      return consent === undefined ? invalidGrant : userTokens(tokens, consent, call)
    },
    refresh_token: (form, call) => {
      const old = tokens.find(form.refresh_token, 'refresh')
      if (old?.userId === undefined) return invalidGrant
      if (call.variant === 'single-use-refresh') tokens.revoke(old.value)
      return userTokens(tokens, { userId: old.userId, scope: old.scope }, call)
    },
  }
}

function userTokens(tokens: Tokens, { userId, scope }: Consent, call: Call): Answer {
  const seconds = lifetime(call, lifetimes.user)
  const base = { kind: 'user', userId, scope } as const
  const access = tokens.issue({ ...base, use: 'access' }, seconds)
  const refresh = tokens.issue({ ...base, use: 'refresh' }, lifetimes.refresh)
  return {
    status: 200,
    json: {
      ...bearer(access, seconds, call),
      refresh_token: refresh.value,
      refresh_expires_in: lifetimes.refresh,
      scope,
    },
  }
}

const lifetime = ({ variant, seconds }: Call, usual: number): number =>
  variant === 'short-lived' ? seconds : usual

const bearer = (token: Token, seconds: number, { variant }: Call) => ({
  access_token: token.value,
  token_type: 'Bearer',
  expires_in: variant === 'text-expiry' ? String(seconds) : seconds,
})
