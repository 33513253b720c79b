import { until } from '@verifluence/testkit'
import { openConnection } from '../connection.ts'

/** The inbox as the database tells of it. */
export interface Inbox {
  /** How many deliveries have had their effect. */
  processed(): Promise<number>
  /** Resolves when nothing waits any more, with the seconds that took. */
  drained(): Promise<number>
  /** Empties everything that deliveries end up in: their ids may be used again. */
  forget(): Promise<void>
  close(): Promise<void>
}

export async function openInbox(connectionString: string): Promise<Inbox> {
  const client = openConnection(connectionString)
  const count = async (which: string) => {
    const { rows } = await client.query<{ count: string }>(
      `select count(*) from webhooks.incoming where ${which}`,
    )
    return Number(rows[0]?.count)
  }
  return {
    processed: () => count(`result = 'ok'`),
    drained: async () => {
      const startedAt = performance.now()
      await until('the inbox is drained', async () => (await count('processed_at is null')) === 0, {
        withinMs: 60_000,
        everyMs: 50,
      })
      return (performance.now() - startedAt) / 1000
    },
    forget: async () => {
      await client.query(
        'truncate webhooks.incoming, kick_chat_messages, kick_follows, kick_channel_events',
      )
    },
    close: () => client.end(),
  }
}
