/**
 * The api process. On the message "tick" it does one domain tick and answers how many milliseconds that
 * took; on "tick after tick" it goes on until the next "tick". The one it does by itself each 30 seconds
 * would hardly ever meet a request.
 */
import { createApiMetrics, createLog, openPool, startApi } from '@verifluence/api/testing'

const log = createLog('api', 'warn')
const db = openPool({
  url: process.env.DATABASE_URL ?? '',
  name: 'tick',
  size: 1,
  connectMs: 2_000,
  statementMs: 5_000,
  log,
})
const { domainGauges } = createApiMetrics({ log, db, version: 'bench', revision: 'bench' })
let ticking = false

process.on('disconnect', () => process.exit())
process.on('message', async (message) => {
  ticking = message === 'tick after tick'
  if (message === 'tick') process.send?.(await timed())
  while (ticking) await domainGauges.refresh()
})

async function timed(): Promise<number> {
  const startedAt = performance.now()
  await domainGauges.refresh()
  return performance.now() - startedAt
}

await startApi(process.env)
