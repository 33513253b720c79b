import { pause } from '../clients/http/retry.ts'
import type { Db } from '../db/query.ts'
import type { JobContext } from './context.ts'
import { RETENTIONS, type Retention } from './retention.ts'
import { workThrough } from './work-through.ts'

const ROWS_AT_A_TIME = 5_000
/** Room for the work of others, and for vacuum and replicas to keep up. */
const BREATHER_MS = 20

/** Deletes what is past its retention, in small transactions that block nobody. */
export async function dailyMaintenance({ db, log, now, signal }: JobContext): Promise<void> {
  const plan = { what: 'tables', concurrency: 1, signal, log }
  await workThrough(plan, RETENTIONS, async (retention) => {
    const deleted = await purge(db, retention, now(), signal)
    log.info({ table: retention.table, deleted }, 'rows past their retention deleted')
  })
}

async function purge(
  db: Db,
  { table, instant, keepDays, onlyIf }: Retention,
  now: Date,
  signal: AbortSignal,
): Promise<number> {
  const condition = onlyIf ? `and ${onlyIf}` : ''
  let deleted = 0
  for (;;) {
    const { rowCount } = await db.query(
      `delete from ${table} where ctid = any (array(
         select ctid from ${table}
         where ${instant} < $1::timestamptz - make_interval(days => $2) ${condition}
         order by ${instant} limit $3))`,
      [now, keepDays, ROWS_AT_A_TIME],
    )
    deleted += rowCount ?? 0
    if ((rowCount ?? 0) < ROWS_AT_A_TIME) return deleted
    await pause(BREATHER_MS, signal)
  }
}
