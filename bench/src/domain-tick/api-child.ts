/**
 * The api process. Told "tick" it does one domain tick and answers how many milliseconds it took; told
 * "tick after tick" it goes on until the next "tick": the one it does by itself each 30 seconds would
 * hardly ever meet a request.
 */
import { openPool } from '../../../api/src/db/pool.ts'
import { createLog } from '../../../api/src/log.ts'
import { createApiMetrics } from '../../../api/src/metrics.ts'
import { startApi } from '../../../api/src/server.ts'

const log = createLog('api', 'warn')
const db = openPool({
  url: process.env.DATABASE_URL ?? '',
  name: 'tick',
  size: 1,
  connectMs: 2_000,
  statementMs: 5_000,
  log,
})
const { domainTick } = createApiMetrics({ log, db, version: 'bench', revision: 'bench' })
let ticking = false

process.on('disconnect', () => process.exit())
process.on('message', async (told) => {
  ticking = told === 'tick after tick'
  if (told === 'tick') process.send?.(await timed())
  while (ticking) await domainTick.refresh()
})

async function timed(): Promise<number> {
  const startedAt = performance.now()
  await domainTick.refresh()
  return performance.now() - startedAt
}

await startApi(process.env)
