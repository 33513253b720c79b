import { createHash, randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Pool } from 'pg'
import { type Db, row } from '../../db/query.ts'
import type { Account } from '../../domain/account.ts'
import { notSignedIn } from '../../domain/errors.ts'
import { type AppEnv, addLogFields } from '../../http/context.ts'

const COOKIE = 'session'
const BROWSER_COOKIE = 'browser'
const BROWSER_LASTS_SECONDS = 365 * 24 * 3600
const LASTS_SECONDS = 30 * 24 * 3600
// The prefix makes browsers insist on Secure, on our host alone and on every path.
const ATTRIBUTES = { prefix: 'host', httpOnly: true, sameSite: 'Lax', path: '/' } as const

/** What our tokens look like: 32 bytes. Anything else needs no look into the database. */
const TOKEN = /^[\w-]{43}$/

function hashOf(token: string) {
  return createHash('sha256').update(token).digest()
}

/**
 * The hash of this browser's own token. The token is set where there is none: it ties a PIN to the browser
 * that asked for it, and later tells the limits that the account was used here before.
 */
export function browserOf(c: Context<AppEnv>): Buffer {
  const known = getCookie(c, BROWSER_COOKIE, ATTRIBUTES.prefix)
  if (known && TOKEN.test(known)) return hashOf(known)
  const token = randomBytes(32).toString('base64url')
  setCookie(c, BROWSER_COOKIE, token, {
    ...ATTRIBUTES,
    secure: true,
    maxAge: BROWSER_LASTS_SECONDS,
  })
  return hashOf(token)
}

/** Remembers that an account has signed in with this browser. */
export async function rememberBrowser(db: Db, browser: Buffer, accountId: string) {
  await db.query(
    `insert into sign_in_browsers (token_hash, account_id) values ($1, $2)
     on conflict (token_hash, account_id) do update set last_used_at = now()`,
    [browser, accountId],
  )
}

/** Signs an account in on this client. */
export async function startSession(c: Context<AppEnv>, db: Db, accountId: string) {
  const token = randomBytes(32).toString('base64url')
  await db.query(
    `insert into sessions (token_hash, account_id, expires_at)
     values ($1, $2, now() + make_interval(secs => $3))`,
    [hashOf(token), accountId, LASTS_SECONDS],
  )
  setCookie(c, COOKIE, token, { ...ATTRIBUTES, secure: true, maxAge: LASTS_SECONDS })
}

/** Signs out: the token is worthless from now on, and so is every copy. */
export async function endSession(c: Context<AppEnv>, db: Db) {
  const token = getCookie(c, COOKIE, ATTRIBUTES.prefix)
  if (token && TOKEN.test(token))
    await db.query('delete from sessions where token_hash = $1', [hashOf(token)])
  deleteCookie(c, COOKIE, { ...ATTRIBUTES, secure: true })
}

interface Signed {
  account_id: string
  email: string
  operator: string | null
  streamer: string | null
  public_id: string | null
}

function signedIn(db: Db, token: string) {
  return row<Signed>(
    db,
    `select accounts.id as account_id, accounts.email,
            operators.id as operator, streamers.id as streamer,
            coalesce(operators.public_id, streamers.public_id) as public_id
     from sessions
     join accounts on accounts.id = sessions.account_id
     left join operators on operators.account_id = accounts.id
     left join streamers on streamers.account_id = accounts.id
     where token_hash = $1 and expires_at > now()`,
    [hashOf(token)],
  )
}

function accountOf({ account_id, email, operator, streamer, public_id }: Signed): Account {
  const common = { accountId: account_id, email }
  if (operator) return { ...common, role: 'operator', id: operator, publicId: public_id ?? '' }
  if (streamer) return { ...common, role: 'streamer', id: streamer, publicId: public_id ?? '' }
  return { ...common, role: 'newcomer' }
}

/** Lets only signed-in clients pass. @throws 401 for all others. */
export function sessionGate(db: Pool): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const token = getCookie(c, COOKIE, ATTRIBUTES.prefix)
    const signed = token && TOKEN.test(token) && (await signedIn(db, token))
    if (!signed) throw notSignedIn()
    const account = accountOf(signed)
    c.set('account', account)
    addLogFields(c, { account_id: account.accountId })
    await next()
  }
}
