import { openConnection } from '../connection.ts'

/** The tables that a domain tick counts, and what a row of each needs beyond its defaults. */
const TABLES: Readonly<Record<string, string>> = {
  campaigns: `(operator_id, title, brief, status, floor_timeframe, floor_deliveries, floor_min_viewers,
      floor_min_duration, floor_payment_per_stream, deposit_reference, window_ends_at)
    select 1, 'Campaign', 'Play it', (array['completed', 'cancelled', 'in_progress', 'funded'])[1 + n % 4],
      30, 4, 50, 60, 10000, 'D-1', now() + interval '90 days'`,
  offers: `(campaign_id, operator_id, streamer_id, initiator, status, timeframe, deliveries, min_viewers,
      min_duration, payment_per_stream, created_at)
    select n, 1, n, 'streamer', (array['accepted', 'declined', 'withdrawn', 'expired', 'pending'])[1 + n % 5],
      30, 4, 50, 60, 10000, now() - n * interval '1 second'`,
  negotiations: `(offer_id, campaign_id, operator_id, streamer_id, status)
    select n, n, 1, n, (array['agreed', 'cancelled', 'in_progress'])[1 + n % 3]`,
  deals: `(negotiation_id, campaign_id, operator_id, streamer_id, status, timeframe, deliveries,
      min_viewers, min_duration, payment_per_stream)
    select n, n, 1, n, (array['completed', 'refunded', 'cancelled', 'active'])[1 + n % 4], 30, 4, 50, 60, 10000`,
  session_submissions: `(deal_id, slot, status, stream_url, submitted_at, decided_at)
    select n, 1, (array['confirmed', 'rejected', 'pending_review'])[1 + n % 3], 'https://kick.com/video',
      now() - n * interval '1 second', case when n % 3 < 2 then now() end`,
}

/**
 * Fills each table of the migrated schema. Three shortcuts save minutes and touch nothing that a tick
 * reads: references go unchecked, public ids are not scrambled, indices are built afterwards.
 */
export async function fill(connectionString: string, rows: number): Promise<void> {
  const client = openConnection(connectionString)
  await client.query(`set session_replication_role = replica; set maintenance_work_mem = '256MB'`)
  await client.query(
    `create or replace function public_id(prefix text, serial bigint) returns text
     language sql immutable as $$ select prefix || '-' || serial $$`,
  )
  for (const [table, values] of Object.entries(TABLES)) {
    const { rows: indices } = await client.query<{ name: string; definition: string }>(
      `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
       from pg_index
       where indrelid = $1::regclass
         and not exists (select from pg_constraint where conindid = indexrelid)`,
      [table],
    )
    for (const { name } of indices) await client.query(`drop index ${name}`)
    await client.query(`insert into ${table} ${values} from generate_series(1, ${rows}) as n`)
    for (const { definition } of indices) await client.query(definition)
    // As autovacuum does within a minute; without it no index can be read alone.
    await client.query(`vacuum (analyze) ${table}`)
  }
  await client.end()
}
