import { pause } from '../clients/http/retry.ts'
import { type Db, row } from '../db/query.ts'
import { type JobContext, workThrough } from './context.ts'

const ROWS_AT_A_TIME = 5_000
/** Room for the work of others, and for vacuum and replicas to keep up. */
const BREATHER_MS = 20

/**
 * Deletes what is past its retention, in small transactions that block no one for long. Deleted rows do
 * not come back, so a run that would delete far more than a day's rows stops instead: a wrong clock
 * looks like that.
 */
export async function dailyMaintenance(context: JobContext): Promise<number> {
  const { db, log, now, signal, liftLimits } = context
  let all = 0
  const plan = { what: 'tables', concurrency: 1, signal, log }
  await workThrough(plan, RETENTIONS, async (retention) => {
    if (!liftLimits) await requireShortBacklog(db, retention, now())
    const deleted = await purge(db, retention, now(), signal)
    log.info({ table: retention.table, deleted }, 'rows past their retention deleted')
    all += deleted
  })
  return all
}

/** A run deletes what became too old within a day; a week without runs is made up for. */
const LONGEST_BACKLOG_DAYS = 8

/** @throws Error when the oldest row of a table should have been deleted long ago. */
async function requireShortBacklog(
  db: Db,
  { table, instant, keepDays, onlyIf }: Retention,
  now: Date,
): Promise<void> {
  const oldest = await row<{ at: Date }>(
    db,
    `select ${instant} as at from ${table}
     where ${instant} < $1::timestamptz - make_interval(days => $2) ${onlyIf ? `and ${onlyIf}` : ''}
     order by ${instant} limit 1`,
    [now, keepDays + LONGEST_BACKLOG_DAYS],
  )
  if (!oldest) return
  throw new Error(
    `${table} holds rows of ${oldest.at.toISOString()} although ${keepDays} days are kept; none was deleted: check the clock (now ${now.toISOString()}), then run-job daily-maintenance --lift-limits`,
  )
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

/** How long the rows of one table are kept. */
export interface Retention {
  readonly table: string
  /** The column that tells a row's age; indexed. Rows where it is null are kept. */
  readonly instant: string
  readonly keepDays: number
  /** A further condition without which a row stays. */
  readonly onlyIf?: string
}

/** The tables that grow with traffic. */
export const RETENTIONS: readonly Retention[] = [
  { table: 'kick_streamer_probe', instant: 'probed_at', keepDays: 14 },
  {
    table: 'kick_chat_messages',
    instant: 'stored_at',
    keepDays: 30,
    // Chat that is not in storage yet is the only copy.
    onlyIf: `exists (select from chat_exports where hour = date_trunc('hour', stored_at, 'UTC'))`,
  },
  { table: 'kick_follows', instant: 'followed_at', keepDays: 365 },
  { table: 'kick_channel_events', instant: 'occurred_at', keepDays: 180 },
  { table: 'x_follower_counts', instant: 'counted_at', keepDays: 400 },
  // Parked webhooks have no such instant and wait for a person.
  { table: 'webhooks.incoming', instant: 'processed_at', keepDays: 14 },
  { table: 'sign_in_pins', instant: 'created_at', keepDays: 1 },
  { table: 'sign_in_tries', instant: 'tried_at', keepDays: 1 },
  { table: 'sign_in_browsers', instant: 'last_used_at', keepDays: 365 },
  { table: 'sessions', instant: 'expires_at', keepDays: 1 },
]
