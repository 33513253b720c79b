import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { FetchFor } from '../../clients/http/fetch.ts'
import { fetchPublicKey } from '../../clients/kick/public-key.ts'
import { row } from '../../db/query.ts'
import type { KeySource } from './public-key.ts'

/** Within the second after which Kick gives up on a delivery. */
const PATIENCE_MS = 800

/** Kick's public-key endpoint, with the database as memory for a start while Kick is down. */
export const kickKeySource = (options: {
  baseUrl: string
  fetchFor: FetchFor<'public_key'>
  db: Pool
  log: Logger
}): KeySource => ({
  log: options.log,
  fetchPem: () => fetchPublicKey(options, AbortSignal.timeout(PATIENCE_MS)),
  loadPem: async () => {
    const stored = await row<{ pem: string }>(
      options.db,
      `select pem from webhooks.public_keys where source = 'kick'`,
    )
    return stored?.pem
  },
  storePem: async (pem) => {
    await options.db.query(
      `insert into webhooks.public_keys (source, pem) values ('kick', $1)
       on conflict (source) do update set pem = excluded.pem, fetched_at = now()`,
      [pem],
    )
  },
})
