import { createHash, randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Pool } from 'pg'
import { type Db, row } from '../../db/query.ts'
import type { Account } from '../../domain/account.ts'
import { notSignedIn } from '../../domain/errors.ts'
import { type AppEnv, addLogFields } from '../../http/context.ts'

const COOKIE = 'session'
const LASTS_SECONDS = 30 * 24 * 3600
// The prefix makes browsers insist on Secure, on our host alone and on the whole site.
const ATTRIBUTES = { prefix: 'host', httpOnly: true, sameSite: 'Lax', path: '/' } as const

function hashOf(token: string) {
  return createHash('sha256').update(token).digest()
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

/** Signs out: the token is worthless from now on, whoever has a copy. */
export async function endSession(c: Context<AppEnv>, db: Db) {
  const token = getCookie(c, COOKIE, ATTRIBUTES.prefix)
  if (token) await db.query('delete from sessions where token_hash = $1', [hashOf(token)])
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

/** Lets only signed-in clients pass. @throws 401 for everybody else. */
export function sessionGate(db: Pool): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const token = getCookie(c, COOKIE, ATTRIBUTES.prefix)
    const signed = token && (await signedIn(db, token))
    if (!signed) throw notSignedIn()
    const account = accountOf(signed)
    c.set('account', account)
    addLogFields(c, { account_id: account.accountId })
    await next()
  }
}
