import type { Pool } from 'pg'
import { RefusedError } from '../clients/http/errors.ts'
import { pause } from '../clients/http/retry.ts'
import type { Grant } from '../clients/kick/oauth.ts'
import { isDatabaseUnavailable } from '../db/failures.ts'
import { type Db, rows } from '../db/query.ts'
import { type JobContext, workThrough } from './context.ts'

interface StreamerToken {
  readonly kick_user_id: string
  readonly refresh_token: string
}

/** Longer than the hour between two runs, so that no token expires unseen between them. */
const NEAR_EXPIRY_MINUTES = 75
const CONCURRENCY = 4

/**
 * Refreshes the Kick tokens of streamers before they expire. A streamer who has revoked the grant is
 * noted and not asked for again until they connect anew; that is their right and no failure.
 */
export async function kickTokenRefresh(context: JobContext): Promise<void> {
  const { db, log, now, signal } = context
  const due = await rows<StreamerToken>(
    db,
    `select kick_user_id, refresh_token from kick_tokens
     where kick_user_id is not null and refused_at is null
       and expires_at < $1::timestamptz + make_interval(mins => $2)
     order by expires_at`,
    [now(), NEAR_EXPIRY_MINUTES],
  )
  const plan = { what: 'tokens', concurrency: CONCURRENCY, signal, log }
  await workThrough(plan, due, (token) => refresh(context, token))
  log.info({ tokens: due.length }, 'Kick tokens refreshed')
}

async function refresh(context: JobContext, token: StreamerToken): Promise<void> {
  const { db, clients, log, now } = context
  try {
    // Deliberately without the shutdown signal: the old refresh token may die with the request.
    const grant = await clients.kickOauth.refresh(token.refresh_token)
    const grantedAt = now()
    await persist(db, () => storeGrant(db, token, grant, grantedAt))
  } catch (error) {
    if (!(error instanceof RefusedError && error.code === 'invalid_grant')) throw error
    await db.query(
      'update kick_tokens set refused_at = $3 where kick_user_id = $1 and refresh_token = $2',
      [token.kick_user_id, token.refresh_token, now()],
    )
    log.warn({ kickUserId: token.kick_user_id }, 'Kick refuses the grant; streamer must reconnect')
  }
}

async function storeGrant(db: Db, token: StreamerToken, grant: Grant, at: Date): Promise<void> {
  const after = (seconds: number) => new Date(at.getTime() + seconds * 1000)
  await db.query(
    `update kick_tokens
     set access_token = $3, refresh_token = $4, expires_at = $5,
         refresh_expires_at = coalesce($6, refresh_expires_at),
         scope = coalesce(nullif($7, ''), scope), refused_at = null, updated_at = now()
     where kick_user_id = $1 and refresh_token = $2`,
    [
      token.kick_user_id,
      token.refresh_token,
      grant.accessToken,
      grant.refreshToken ?? token.refresh_token,
      after(grant.expiresInSeconds),
      grant.refreshExpiresInSeconds === undefined ? null : after(grant.refreshExpiresInSeconds),
      grant.scope,
    ],
  )
}

const OTHER_TRIES = 5
const LONGEST_PAUSE_MS = 5000

/**
 * The only copy of a new refresh token is in this process until it is stored, so while the database
 * is away this goes on for as long as the process lives: until its pool is closed, after the grace of
 * a shutdown.
 */
async function persist(db: Pool, store: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried++) {
    try {
      return await store()
    } catch (error) {
      if (db.ending || (!isDatabaseUnavailable(error) && tried >= OTHER_TRIES)) throw error
      await pause(Math.min(LONGEST_PAUSE_MS, 500 * tried), undefined)
    }
  }
}
