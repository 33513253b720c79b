import { createHash, randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Answer } from '../http/answer.ts'
import type { Call, Service } from '../http/service.ts'
import type { Kick } from './kick.ts'
import { lifetimes, type Token } from './tokens.ts'

type Authorization = { challenge: string; redirectUri: string; scope: string; userId: number }
type Form = Readonly<Record<string, string>>

/** The stand-in of id.kick.com. Whoever opens the consent page has consented. */
export function createKickId(kick: Kick, clock: Clock): Service {
  const codes = new Map<string, Authorization>()
  const grants: Record<string, (form: Form, call: Call) => Answer> = {
    client_credentials: (_, call) => appToken(kick, call),
    authorization_code: (form, call) => redeemCode(kick, codes, form, call),
    refresh_token: (form, call) => refresh(kick, form, call),
  }
  return {
    name: 'kick-id',
    operations: {
      authorize: {
        method: 'GET',
        path: '/oauth/authorize',
        handle: (call) => authorize(codes, call.c.req.query()),
      },
      token: {
        method: 'POST',
        path: '/oauth/token',
        handle: async (call) => {
          const form = await readForm(call)
          if (form.client_id !== kick.clientId || form.client_secret !== kick.clientSecret) {
            return oauthError(401, 'invalid_client', 'Client authentication failed')
          }
          const grant = grants[form.grant_type ?? '']
          return grant === undefined ? invalidRequest : grant(form, call)
        },
      },
      revoke: {
        method: 'POST',
        path: '/oauth/revoke',
        handle: ({ c }) => {
          kick.tokens.revoke(c.req.query('token') ?? '')
          return { status: 200, text: 'OK' }
        },
      },
      introspect: {
        method: 'POST',
        path: '/oauth/token/introspect',
        handle: ({ c }) => introspect(kick, c.req.header('authorization'), clock),
      },
    },
    unmatched: () => ({ status: 404 }),
  }
}

const invalidRequest: Answer = { status: 400, json: { error: 'Invalid request' } }
const oauthError = (status: number, error: string, error_description: string): Answer => ({
  status,
  json: { error, error_description },
})
const invalidGrant = oauthError(
  400,
  'invalid_grant',
  'The provided authorization grant or refresh token is invalid, expired, revoked',
)

async function readForm({ c }: Call): Promise<Form> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')
  return isForm ? Object.fromEntries(new URLSearchParams(await c.req.text())) : {}
}

function authorize(codes: Map<string, Authorization>, query: Form): Answer {
  const { redirect_uri: redirectUri, state, code_challenge: challenge, scope } = query
  const isPkce = query.code_challenge_method === 'S256' && query.response_type === 'code'
  if (!isPkce || !redirectUri || !state || !challenge) return invalidRequest
  const code = randomUUID()
  // The real consent page knows its visitor; here the query may name one.
  const userId = Number(query.user_id ?? 1)
  codes.set(code, { challenge, redirectUri, scope: scope ?? '', userId })
  const location = `${redirectUri}?code=${code}&state=${encodeURIComponent(state)}`
  return { status: 302, headers: { location } }
}

function appToken(kick: Kick, call: Call): Answer {
  const seconds = call.twist === 'short-lived' ? call.seconds : lifetimes.app
  const token = kick.tokens.issue({ kind: 'app', use: 'access', scope: '' }, seconds)
  return { status: 200, json: { ...bearer(token, seconds, call) } }
}

function redeemCode(kick: Kick, codes: Map<string, Authorization>, form: Form, call: Call): Answer {
  const code = form.code ?? ''
  const given = codes.get(code)
  codes.delete(code)
  const challenge = createHash('sha256')
    .update(form.code_verifier ?? '')
    .digest('base64url')
  const fits = given?.redirectUri === form.redirect_uri && given?.challenge === challenge
  return given !== undefined && fits ? userToken(kick, given, call) : invalidGrant
}

function refresh(kick: Kick, form: Form, call: Call): Answer {
  const old = kick.tokens.find(form.refresh_token, 'refresh')
  if (old?.userId === undefined) return invalidGrant
  if (call.twist === 'single-use-refresh') kick.tokens.revoke(old.value)
  return userToken(kick, { userId: old.userId, scope: old.scope }, call)
}

function userToken(kick: Kick, owner: { userId: number; scope: string }, call: Call): Answer {
  const seconds = call.twist === 'short-lived' ? call.seconds : lifetimes.user
  const base = { kind: 'user', userId: owner.userId, scope: owner.scope } as const
  const access = kick.tokens.issue({ ...base, use: 'access' }, seconds)
  const next = kick.tokens.issue({ ...base, use: 'refresh' }, lifetimes.refresh)
  return {
    status: 200,
    json: {
      ...bearer(access, seconds, call),
      refresh_token: next.value,
      refresh_expires_in: lifetimes.refresh,
      scope: owner.scope,
    },
  }
}

const bearer = (token: Token, seconds: number, call: Call) => ({
  access_token: token.value,
  token_type: 'Bearer',
  expires_in: call.twist === 'text-expiry' ? String(seconds) : seconds,
})

function introspect(kick: Kick, header: string | undefined, clock: Clock): Answer {
  const token = kick.tokens.find(header?.replace(/^Bearer /, ''), 'access')
  const inactive = token === undefined || token.expiresAt <= clock()
  const data = inactive
    ? { active: false }
    : {
        active: true,
        client_id: kick.clientId,
        token_type: token.kind,
        scope: token.scope,
        exp: Math.floor(token.expiresAt / 1000),
      }
  return { status: 200, json: { data, message: 'OK' } }
}
