import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import { type Db, row, transaction } from '../../db/query.ts'
import type { Account, Party, Unregistered } from '../../domain/account.ts'
import { alreadyExists } from '../../domain/errors.ts'
import { PublicId, Text } from '../../domain/fields.ts'
import { getStreamer, type StreamerRow } from '../streamers/queries.ts'

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

export const Operator = z.object({ id: PublicId('OP'), name: z.string() }).openapi('Operator')

/** @throws 409 when the account is an operator or a streamer already. */
export function registerOperator(
  db: Pool,
  account: Account,
  { name }: z.infer<typeof NewOperator>,
) {
  return register(db, account, async (tx, { accountId }) => {
    const made = await row<{ id: string; name: string }>(
      tx,
      `insert into operators (account_id, name) values ($1, $2) returning public_id as id, name`,
      [accountId, name],
    )
    return made ?? missing()
  })
}

/** @throws 409 when the account is an operator or a streamer already. */
export function registerStreamer(
  db: Pool,
  account: Account,
  { name, x_username }: z.infer<typeof NewStreamer>,
) {
  return register(db, account, async (tx, { accountId }) => {
    const made = await row<{ id: string }>(
      tx,
      `insert into streamers (account_id, name, x_username) values ($1, $2, $3)
       returning public_id as id`,
      [accountId, name, x_username ?? null],
    )
    return await getStreamer(tx, made?.id ?? '')
  })
}

function register<Made>(
  db: Pool,
  account: Account,
  insert: (tx: Db, account: Unregistered) => Promise<Made>,
): Promise<Made> {
  return transaction(db, async (tx) => {
    // Held, so that one account cannot become both at the same moment.
    await tx.query('select from accounts where id = $1 for update', [account.accountId])
    const taken = await row<{ role: string }>(
      tx,
      `select 'operator' as role from operators where account_id = $1
       union all select 'streamer' from streamers where account_id = $1`,
      [account.accountId],
    )
    if (taken || account.role !== 'newcomer') {
      throw alreadyExists(`This account has a role already: ${taken?.role ?? account.role}.`)
    }
    return await insert(tx, account)
  })
}

function missing(): never {
  throw new Error('an insert returned nothing')
}

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

/**
 * Connects the streamer's Kick channel, or renews its tokens.
 * @throws 409 when another streamer has the channel, or this one another channel.
 */
export function connectKick(
  db: Pool,
  streamer: Party<'streamer'>,
  { kick_user_id, slug, tokens }: z.infer<typeof KickConnection>,
): Promise<StreamerRow> {
  return transaction(db, async (tx) => {
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
}

async function keepTokens(
  tx: Db,
  kickUserId: number,
  tokens: NonNullable<z.infer<typeof KickConnection>['tokens']>,
) {
  await tx.query(
    `insert into kick_tokens
       (kick_user_id, access_token, refresh_token, scope, expires_at, refresh_expires_at)
     values ($1, $2, $3, $4, now() + make_interval(secs => $5), now() + make_interval(secs => $6))
     on conflict (kick_user_id) do update
       set access_token = excluded.access_token, refresh_token = excluded.refresh_token,
           scope = excluded.scope, expires_at = excluded.expires_at,
           refresh_expires_at = excluded.refresh_expires_at, refused_at = null, refusals = 0, updated_at = now()`,
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

export const Person = z
  .object({
    role: z.enum(['newcomer', 'operator', 'streamer']),
    id: z.string().nullable(),
    email: z.string(),
  })
  .openapi('Account')

/** What a client sees of itself. */
export function describe(account: Account): z.infer<typeof Person> {
  return {
    role: account.role,
    id: account.role === 'newcomer' ? null : account.publicId,
    email: account.email,
  }
}

/** The account of an e-mail address that proved itself; made on its first visit. */
export async function accountFor(db: Db, email: string): Promise<string> {
  const find = () => row<{ id: string }>(db, 'select id from accounts where email = $1', [email])
  const known = await find()
  if (known) return known.id
  const made = await row<{ id: string }>(
    db,
    'insert into accounts (email) values ($1) on conflict (email) do nothing returning id',
    [email],
  )
  return (made ?? (await find()))?.id ?? ''
}
