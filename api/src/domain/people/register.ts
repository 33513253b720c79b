import { z } from '@hono/zod-openapi'
import type { Pool } from 'pg'
import type { Account, Newcomer } from '../../auth/account.ts'
import { type Db, row, transaction } from '../../db/query.ts'
import { alreadyExists } from '../../http/refusal.ts'
import { PublicId, Text } from '../../http/schemas.ts'
import { getStreamer } from './streamers.ts'

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
      throw alreadyExists(`This account has a role already: ${taken?.role ?? account.role}.`)
    }
    return await insert(tx, account)
  })

const missing = (): never => {
  throw new Error('an insert returned nothing')
}
