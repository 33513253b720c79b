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
   * Answers a 401: gets a new token unless somebody has replaced the refused one already.
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
