import { z } from '@hono/zod-openapi'
import type { Account } from '../../auth/account.ts'
import { type Db, row } from '../../db/query.ts'

export const Person = z
  .object({
    role: z.enum(['newcomer', 'operator', 'streamer']),
    id: z.string().nullable(),
    email: z.string(),
  })
  .openapi('Account')

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
