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

/** Longer than the hour between two runs, so that no token expires between them. */
const NEAR_EXPIRY_MINUTES = 75
const CONCURRENCY = 4

/** Refusals in consecutive runs after which a streamer counts as having revoked the grant. */
const REFUSALS_TO_GIVE_UP = 2
/** A refresh token lasts for 30 days; until then a token that was given up is tried once a day. */
const RETRY_REFUSED_DAYS = 30
/** More refusals in one run are a fault of Kick or of the app, not decisions of streamers. */
const MOST_REFUSALS = { tokens: 3, share: 0.05 }

/**
 * Refreshes the Kick tokens of streamers before they expire. A streamer may revoke the grant; that is
 * no failure of the run, and the token is then tried only once a day. Giving up a token needs an
 * unambiguous refusal in two consecutive runs; a run with many refusals fails and gives up none.
 *
 * @throws Error when tokens could not be refreshed, or when Kick refuses too many.
 */
export async function kickTokenRefresh(context: JobContext): Promise<number> {
  const { db, log, now, signal, liftLimits } = context
  const due = await rows<StreamerToken>(
    db,
    `select kick_user_id, refresh_token from kick_tokens
     where kick_user_id is not null
       and expires_at < $1::timestamptz + make_interval(mins => $2)
       and (refused_at is null
            or retry_refused_at <= $1 and refused_at > $1 - make_interval(days => $3))
     order by expires_at`,
    [now(), NEAR_EXPIRY_MINUTES, RETRY_REFUSED_DAYS],
  )
  const refused: StreamerToken[] = []
  const most = liftLimits
    ? due.length
    : Math.max(MOST_REFUSALS.tokens, Math.floor(due.length * MOST_REFUSALS.share))
  const plan = { what: 'tokens', concurrency: CONCURRENCY, signal, log }
  const outcome = await workThrough(plan, due, async (token) => {
    // Every further attempt would only meet the same fault.
    if (refused.length > most) return
    if ((await refresh(context, token)) === 'refused') refused.push(token)
  }).catch((error: unknown) => ({ error }))
  if (refused.length > most) {
    throw new Error(
      `Kick refuses more than ${most} of ${due.length} grants; none was given up: check the Kick app and its secret; if streamers really revoked them, run-job kick-token-refresh --lift-limits`,
    )
  }
  await noteRefusals(context, refused)
  if (outcome) throw outcome.error
  log.info({ tokens: due.length, refused: refused.length }, 'Kick tokens refreshed')
  return due.length
}

async function refresh(
  { db, clients, now }: JobContext,
  token: StreamerToken,
): Promise<'refreshed' | 'refused'> {
  try {
    // Without the shutdown signal on purpose: the old refresh token may expire with the request.
    const grant = await clients.kickOauth.refresh(token.refresh_token)
    const grantedAt = now()
    await persist(db, () => storeGrant(db, token, grant, grantedAt))
    return 'refreshed'
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'invalid_grant') return 'refused'
    throw error
  }
}

async function noteRefusals(
  { db, log, now }: JobContext,
  refused: readonly StreamerToken[],
): Promise<void> {
  if (refused.length === 0) return
  const noted = await rows<{ kick_user_id: string; given_up: boolean }>(
    db,
    `update kick_tokens set refusals = least(refusals + 1, 100),
       refused_at = case when refusals + 1 >= $3 then coalesce(refused_at, $4) end,
       retry_refused_at = $4::timestamptz + interval '1 day'
     from unnest($1::bigint[], $2::text[]) as refused (id, token)
     where kick_user_id = refused.id and refresh_token = refused.token
     returning kick_user_id, refused_at is not null as given_up`,
    [
      refused.map((token) => token.kick_user_id),
      refused.map((token) => token.refresh_token),
      REFUSALS_TO_GIVE_UP,
      now(),
    ],
  )
  const givenUp = noted.filter(({ given_up }) => given_up).map(({ kick_user_id }) => kick_user_id)
  const doubted = noted.filter(({ given_up }) => !given_up).map(({ kick_user_id }) => kick_user_id)
  if (doubted.length > 0) {
    log.warn({ kickUserIds: doubted }, 'Kick refuses the grant; the next run tries again')
  }
  if (givenUp.length > 0) {
    log.warn({ kickUserIds: givenUp }, 'Kick refuses the grant again; the streamer must reconnect')
  }
}

async function storeGrant(db: Db, token: StreamerToken, grant: Grant, at: Date): Promise<void> {
  const after = (seconds: number) => new Date(at.getTime() + seconds * 1000)
  await db.query(
    `update kick_tokens
     set access_token = $3, refresh_token = $4, expires_at = $5,
         refresh_expires_at = coalesce($6, refresh_expires_at),
         scope = coalesce(nullif($7, ''), scope), refused_at = null, refusals = 0, updated_at = now()
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
 * The only copy of a new refresh token is in this process until it is stored, so while the database is
 * unavailable this retries for as long as the process runs: until its pool is closed, after the grace
 * period of a shutdown.
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
