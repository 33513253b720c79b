import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { Account, Newcomer, Party } from '../auth/account.ts'
import { type Db, row, transaction } from '../db/query.ts'
import { type Paging, readPage } from '../http/page.ts'
import { alreadyExists, notFound } from '../http/refusal.ts'
import { Instant, PublicId, Text } from '../http/schemas.ts'

export const NewOperator = z.object({ name: Text(100) }).openapi('NewOperator')

export const NewStreamer = z
  .object({
    name: Text(100),
    x_username: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,15}$/)
      .optional(),
  })
  .openapi('NewStreamer')

/** What Kick's consent screen gave the front end; like a deposit, it is believed. */
export const KickConnection = z
  .object({
    kick_user_id: z.int().min(1),
    slug: z.string().regex(/^[a-z0-9_-]{1,25}$/i),
    tokens: z
      .object({
        access_token: Text(4000),
        refresh_token: Text(4000),
        expires_in: z.int().min(1).max(31_536_000),
        refresh_expires_in: z.int().min(1).max(315_360_000).optional(),
        scope: z.string().max(1000).default(''),
      })
      .optional(),
  })
  .openapi('KickConnection')

export const Person = z
  .object({
    role: z.enum(['newcomer', 'operator', 'streamer']),
    id: z.string().nullable(),
    email: z.string(),
  })
  .openapi('Account')

export const Operator = z.object({ id: PublicId('OP'), name: z.string() }).openapi('Operator')

export const Streamer = z
  .object({
    id: PublicId('ST'),
    name: z.string(),
    x_username: z.string().nullable(),
    kick_slug: z.string().nullable(),
    trust_score: z.int().nullable(),
    live: z.boolean(),
    created_at: Instant,
  })
  .openapi('Streamer')

export const Stream = z
  .object({
    id: PublicId('K'),
    title: z.string(),
    category: z.string(),
    started_at: Instant,
    ended_at: Instant.nullable(),
  })
  .openapi('Stream')

/** A streamer as the database gives it. */
export interface StreamerRow {
  id: string
  name: string
  x_username: string | null
  kick_slug: string | null
  trust_score: number | null
  live: boolean
  created_at: Date
}

interface StreamRow {
  id: string
  title: string
  category: string
  started_at: Date
  ended_at: Date | null
}

/** What a client is told about itself. */
export const describe = (account: Account): z.infer<typeof Person> => ({
  role: account.role,
  id: account.role === 'newcomer' ? null : account.publicId,
  email: account.email,
})

/** The account of an e-mail address that proved itself; made on its first visit. */
export const accountFor = async (db: Db, email: string): Promise<string> => {
  // The update changes nothing; it makes the row come back when it was there before.
  const account = await row<{ id: string }>(
    db,
    `insert into accounts (email) values ($1)
     on conflict (email) do update set email = excluded.email returning id`,
    [email],
  )
  return account?.id ?? ''
}

/** @throws 409 when the account is an operator or a streamer already. */
export const registerOperator = (
  db: Pool,
  account: Account,
  { name }: z.infer<typeof NewOperator>,
) =>
  register(db, account, async (tx, { accountId }) => {
    const made = await row<{ id: string; name: string }>(
      tx,
      `insert into operators (account_id, name) values ($1, $2) returning public_id as id, name`,
      [accountId, name],
    )
    return made ?? missing()
  })

/** @throws 409 when the account is an operator or a streamer already. */
export const registerStreamer = (
  db: Pool,
  account: Account,
  { name, x_username }: z.infer<typeof NewStreamer>,
) =>
  register(db, account, async (tx, { accountId }) => {
    const made = await row<{ id: string }>(
      tx,
      `insert into streamers (account_id, name, x_username) values ($1, $2, $3)
       returning public_id as id`,
      [accountId, name, x_username ?? null],
    )
    return await getStreamer(tx, made?.id ?? '')
  })

const register = <Made>(
  db: Pool,
  account: Account,
  insert: (tx: Db, newcomer: Newcomer) => Promise<Made>,
): Promise<Made> =>
  transaction(db, async (tx) => {
    // Held, so that one account cannot become both at the same moment.
    await tx.query('select from accounts where id = $1 for update', [account.accountId])
    const taken = await row<{ role: string }>(
      tx,
      `select 'operator' as role from operators where account_id = $1
       union all select 'streamer' from streamers where account_id = $1`,
      [account.accountId],
    )
    if (taken || account.role !== 'newcomer') {
      throw alreadyExists(`This account is that of a ${taken?.role ?? account.role} already.`)
    }
    return await insert(tx, account)
  })

const missing = (): never => {
  throw new Error('an insert returned nothing')
}

const select = `select streamers.public_id as id, name, x_username, slug as kick_slug, trust_score,
    exists (select from kick_stream_sessions
            where kick_user_id = streamer_channels.kick_user_id and ended_at is null) as live,
    created_at
  from streamers left join streamer_channels on streamer_id = streamers.id`

/** @throws 404 when there is none. */
export const getStreamer = async (db: Db, id: string): Promise<StreamerRow> => {
  const found = await row<StreamerRow>(db, `${select} where active and public_id = $1`, [id])
  if (!found) throw notFound('streamer')
  return found
}

export const listStreamers = (db: Db, paging: Paging) =>
  readPage<StreamerRow>(db, { table: 'streamers', select, where: 'active', values: [] }, paging)

/** The tracked streams of a streamer, newest first. @throws 404 when there is no such streamer. */
export const listStreams = async (db: Db, streamerId: string, paging: Paging) => {
  await getStreamer(db, streamerId)
  return await readPage<StreamRow>(
    db,
    {
      table: 'kick_stream_sessions',
      select: `select kick_stream_sessions.public_id as id, title, category, started_at, ended_at
        from kick_stream_sessions
        join streamer_channels using (kick_user_id)
        join streamers on streamers.id = streamer_id`,
      where: 'streamers.public_id = $1',
      values: [streamerId],
    },
    paging,
  )
}

/**
 * Connects the streamer's Kick channel, or renews its tokens.
 * @throws 409 when another streamer has the channel, or this one another channel.
 */
export const connectKick = (
  db: Pool,
  streamer: Party<'streamer'>,
  { kick_user_id, slug, tokens }: z.infer<typeof KickConnection>,
): Promise<StreamerRow> =>
  transaction(db, async (tx) => {
    await tx.query('select from streamers where id = $1 for update', [streamer.id])
    const other = await row<{ slug: string }>(
      tx,
      'select slug from streamer_channels where streamer_id = $1 and kick_user_id <> $2',
      [streamer.id, kick_user_id],
    )
    if (other) throw alreadyExists(`The channel ${other.slug} is connected already.`)
    const { rowCount } = await tx.query(
      `insert into streamer_channels as channel (streamer_id, kick_user_id, slug)
       values ($1, $2, $3)
       on conflict (kick_user_id) do update set slug = excluded.slug, updated_at = now()
         where channel.streamer_id = excluded.streamer_id`,
      [streamer.id, kick_user_id, slug],
    )
    if (rowCount === 0) throw alreadyExists('Another streamer has connected this channel.')
    if (tokens) await keepTokens(tx, kick_user_id, tokens)
    return await getStreamer(tx, streamer.publicId)
  })

const keepTokens = async (
  tx: Db,
  kickUserId: number,
  tokens: NonNullable<z.infer<typeof KickConnection>['tokens']>,
) => {
  await tx.query(
    `insert into kick_tokens
       (kick_user_id, access_token, refresh_token, scope, expires_at, refresh_expires_at)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(secs => $6))
     on conflict (kick_user_id) do update
       set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
           scope = excluded.scope, expires_at = excluded.expires_at,
           refresh_expires_at = excluded.refresh_expires_at, refused_at = null, updated_at = now()`,
    [
      kickUserId,
      tokens.access_token,
      tokens.refresh_token,
      tokens.scope,
      tokens.expires_in,
      tokens.refresh_expires_in ?? null,
    ],
  )
}
