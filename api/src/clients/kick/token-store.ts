import { type Db, row } from '../../db/query.ts'
import type { TokenStore } from './app-token.ts'

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
