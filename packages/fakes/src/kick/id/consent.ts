import { createHash, randomUUID } from 'node:crypto'
import type { Answer } from '../../http/answer.ts'
import { invalidRequest } from './answers.ts'

/** What a user has agreed to; the code for it is good once. */
export type Consent = { readonly userId: number; readonly scope: string }

type Fields = Readonly<Record<string, string>>
type Given = Consent & { readonly challenge: string; readonly redirectUri: string }

export type Consents = ReturnType<typeof createConsents>

/** Kick's consent page with PKCE. Opening it grants consent. */
export function createConsents() {
  const codes = new Map<string, Given>()
  return {
    /** Sends the browser back with a code; the query may name the user who agrees. */
    give(query: Fields): Answer {
      const { redirect_uri: redirectUri, state, code_challenge: challenge, scope } = query
      const isPkce = query.code_challenge_method === 'S256' && query.response_type === 'code'
      if (!isPkce || !redirectUri || !state || !challenge) return invalidRequest
      const code = randomUUID()
      const userId = Number(query.user_id ?? 1)
      codes.set(code, { challenge, redirectUri, scope: scope ?? '', userId })
      const location = `${redirectUri}?code=${code}&state=${encodeURIComponent(state)}`
      return { status: 302, headers: { location } }
    },
    /** Uses a code up; undefined unless verifier and address are those it was made for. */
    redeem(form: Fields): Consent | undefined {
      const code = form.code ?? ''
      const given = codes.get(code)
      codes.delete(code)
      const challenge = createHash('sha256')
        .update(form.code_verifier ?? '')
        .digest('base64url')
      const fits = given?.redirectUri === form.redirect_uri && given?.challenge === challenge
      return fits ? given : undefined
    },
  }
}
