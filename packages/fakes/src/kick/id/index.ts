import type { Answer } from '../../http/answer.ts'
import type { Call, Service } from '../../http/service.ts'
import type { Kick } from '../kick.ts'
import { invalidClient, invalidRequest } from './answers.ts'
import { createConsents } from './consent.ts'
import { createGrants } from './grants.ts'

/** The fake of id.kick.com. */
export function createKickId(kick: Kick): Service {
  const consents = createConsents()
  const grants = createGrants(kick.tokens, consents)
  const token = async (call: Call): Promise<Answer> => {
    const form = await readForm(call)
    const isKnown = form.client_id === kick.clientId && form.client_secret === kick.clientSecret
    if (!isKnown) return invalidClient
    return grants[form.grant_type ?? '']?.(form, call) ?? invalidRequest
  }
  return {
    name: 'kick-id',
    operations: {
      authorize: {
        method: 'GET',
        path: '/oauth/authorize',
        handle: ({ c }) => consents.give(c.req.query()),
      },
      token: { method: 'POST', path: '/oauth/token', handle: token },
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
        handle: ({ c }) => introspect(kick, c.req.header('authorization')),
      },
    },
    unmatched: () => ({ status: 404 }),
  }
}

/** Kick reads the form body only; anything else counts as empty. */
async function readForm({ c }: Call): Promise<Readonly<Record<string, string>>> {
  const isForm = c.req.header('content-type')?.startsWith('application/x-www-form-urlencoded')
  return isForm ? Object.fromEntries(new URLSearchParams(await c.req.text())) : {}
}

function introspect(kick: Kick, header: string | undefined): Answer {
  const token = kick.tokens.find(header?.replace(/^Bearer /, ''), 'access')
  const data =
    token === undefined
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
