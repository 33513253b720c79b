import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { Party } from '../../auth/account.ts'
import { type Db, row, transaction } from '../../db/query.ts'
import { alreadyExists } from '../../http/refusal.ts'
import { Text } from '../../http/schemas.ts'
import { getStreamer, type StreamerRow } from './streamers.ts'

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
