import { createHash } from 'node:crypto'
import { openConnection } from '../connection.ts'

/** Signs an account in, and returns the request that asks who it is: one small query, one small answer. */
export async function askWhoIAm(connectionString: string): Promise<Buffer> {
  const token = 'a-token-of-the-benchmark'
  const client = openConnection(connectionString)
  await client.query(
    `with account as (insert into accounts (email) values ('bench@example.test') returning id)
     insert into sessions (token_hash, account_id, expires_at)
     select $1, id, now() + interval '1 hour' from account`,
    [createHash('sha256').update(token).digest()],
  )
  await client.end()
  return Buffer.from(
    `GET /api/me HTTP/1.1\r\nHost: api.verifluence.test\r\nCookie: __Host-session=${token}\r\n\r\n`,
  )
}
