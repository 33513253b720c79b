import type { Db } from '../../db/query.ts'

const CONDITIONS = {
  parked: 'parked_at is not null',
  ignored: `result = 'ignored'`,
} as const

/** Puts parked, or ignored, events back into the inbox. @returns how many. */
export const redrive = async (
  db: Db,
  wanted: { eventType: string | undefined; state: keyof typeof CONDITIONS },
): Promise<number> => {
  const { rowCount } = await db.query(
    `update webhooks.incoming
     set parked_at = null, processed_at = null, result = null, attempts = 0, next_attempt_at = now()
     where ${CONDITIONS[wanted.state]} and ($1::text is null or event_type = $1)`,
    [wanted.eventType ?? null],
  )
  return rowCount ?? 0
}
