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
  { table: 'sessions', instant: 'expires_at', keepDays: 1 },
]
