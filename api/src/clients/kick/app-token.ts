import { type Db, row } from '../../db/query.ts'
import type { KickOauth } from './oauth.ts'

/** An access token and the instant from which on it must not be used, in milliseconds. */
export interface StoredToken {
  readonly accessToken: string
  readonly expiresAt: number
}

/** Where the app's token survives a restart. */
export interface TokenStore {
  load(): Promise<StoredToken | undefined>
  save(token: StoredToken): Promise<void>
}

/** The app's access token, asked for when it is needed. */
export interface AppToken {
  current(): Promise<string>
  /**
   * Answers a 401: gets a new token unless another caller has replaced the refused one already.
   * @returns `undefined` when the refused token is so young that a newer one would fare no better.
   */
  renewed(refused: string): Promise<string | undefined>
}

/** A token is not used in its last minute: the request still has to travel. */
const MARGIN_MS = 60_000
/** A token refused this soon after it was granted did not die early; Kick refuses the app. */
const PROBATION_MS = 60_000

/**
 * One token for all callers: however many find it expired or refused at once, one request is made.
 * Kick's app tokens live for 60 days but are known to die early.
 */
export function createAppToken(oauth: Pick<KickOauth, 'appToken'>, store: TokenStore): AppToken {
  let held: StoredToken | undefined
  let grantedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<StoredToken> | undefined

  async function ask(): Promise<StoredToken> {
    const grant = await oauth.appToken()
    held = {
      accessToken: grant.accessToken,
      expiresAt: Date.now() + grant.expiresInSeconds * 1000,
    }
    grantedAt = performance.now()
    await store.save(held)
    return held
  }

  async function first(): Promise<StoredToken> {
    const stored = await store.load()
    if (!usable(stored)) return ask()
    held = stored
    return stored
  }

  function once(obtain: () => Promise<StoredToken>): Promise<StoredToken> {
    asking ??= obtain().finally(() => {
      asking = undefined
    })
    return asking
  }

  return {
    async current() {
      if (usable(held)) return held.accessToken
      return (await once(held ? ask : first)).accessToken
    },

    async renewed(refused) {
      if (held && held.accessToken !== refused) return held.accessToken
      if (performance.now() - grantedAt < PROBATION_MS) return undefined
      return (await once(ask)).accessToken
    },
  }
}

function usable(token: StoredToken | undefined): token is StoredToken {
  return token !== undefined && Date.now() < token.expiresAt - MARGIN_MS
}

/** Keeps the app's token in the row of `kick_tokens` that belongs to no streamer. */
export function createTokenStore(db: Db): TokenStore {
  return {
    async load() {
      const stored = await row<{ access_token: string; expires_at: Date }>(
        db,
        'select access_token, expires_at from kick_tokens where kick_user_id is null',
      )
      return stored && { accessToken: stored.access_token, expiresAt: stored.expires_at.getTime() }
    },

    async save({ accessToken, expiresAt }) {
      await db.query(
        `insert into kick_tokens (kick_user_id, access_token, expires_at) values (null, $1, $2)
         on conflict ((true)) where kick_user_id is null do update
         set access_token = excluded.access_token, expires_at = excluded.expires_at, updated_at = now()`,
        [accessToken, new Date(expiresAt)],
      )
    },
  }
}
