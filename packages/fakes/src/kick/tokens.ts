import { randomUUID } from 'node:crypto'
import type { Clock } from '../clock.ts'

/** A token Kick has issued; a refresh token shares the life of its user's grant. */
export type Token = {
  readonly value: string
  readonly kind: 'app' | 'user'
  readonly use: 'access' | 'refresh'
  readonly userId?: number
  readonly scope: string
  readonly expiresAt: number
}

export type Tokens = ReturnType<typeof createTokens>

const days = 86_400
/** How long Kick lets tokens live, in seconds. */
export const lifetimes = { app: 60 * days, user: 7200, refresh: 30 * days }

/** The tokens that Kick's OAuth server has issued and its API accepts. */
export function createTokens(clock: Clock) {
  const issued = new Map<string, Token>()
  const issue = (token: Omit<Token, 'value' | 'expiresAt'>, seconds: number): Token => {
    const prefix = token.use === 'refresh' ? 'r' : token.kind === 'app' ? 'a' : 'u'
    const value = `${prefix}-${randomUUID()}`
    const complete = { ...token, value, expiresAt: clock() + seconds * 1000 }
    issued.set(value, complete)
    return complete
  }
  return {
    issue,
    /** Makes a token that an earlier life of Kick is said to have issued. */
    admit: (token: Token): Map<string, Token> => issued.set(token.value, token),
    /** The token while it lives. */
    find(value: string | undefined, use: Token['use']): Token | undefined {
      const token = value === undefined ? undefined : issued.get(value)
      return token?.use === use && token.expiresAt > clock() ? token : undefined
    },
    revoke: (value: string): boolean => issued.delete(value),
    /** Ends access tokens before their time; refresh tokens too when `all`. */
    revokeEvery(which: 'access' | 'all'): void {
      for (const token of issued.values()) {
        if (which === 'all' || token.use === 'access') issued.delete(token.value)
      }
    },
    count: (): number => issued.size,
  }
}
