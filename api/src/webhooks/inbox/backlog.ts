import { type Db, row } from '../../db/query.ts'

/** What lies in the inbox; instants in Unix seconds. */
export interface Backlog {
  readonly waiting: number
  readonly oldest: number | null
  readonly parked: number
}

/** Counts what waits and what was given up. */
export const readBacklog = async (db: Db): Promise<Backlog> => {
  const read = await row<Backlog>(
    db,
    `select waiting, oldest, parked from
       (select count(*)::int as waiting, extract(epoch from min(received_at))::float8 as oldest
        from webhooks.incoming
        where source = 'kick' and processed_at is null and parked_at is null) as inbox,
       (select count(*)::int as parked from webhooks.incoming
        where source = 'kick' and parked_at is not null) as given_up`,
  )
  return read ?? { waiting: 0, oldest: null, parked: 0 }
}

/** When the last delivery was stored, in Unix seconds. */
export const lastReceived = async (db: Db): Promise<number | undefined> => {
  const last = await row<{ at: number }>(
    db,
    `select extract(epoch from received_at)::float8 as at from webhooks.incoming
     order by id desc limit 1`,
  )
  return last?.at
}
