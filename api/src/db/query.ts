import type { Pool, PoolClient, QueryResultRow } from 'pg'
import { isDatabaseUnavailable } from './failures.ts'

/** Where statements go: a pool, or the one connection of a transaction. */
export type Db = Pick<Pool, 'query'> | Pick<PoolClient, 'query'>

/** Runs a statement and returns its rows. */
export async function rows<Row extends QueryResultRow>(
  db: Db,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  return (await db.query<Row>(statement, values)).rows
}

/** Runs a statement and returns its only row, if there is one. */
export async function row<Row extends QueryResultRow>(
  db: Db,
  statement: string,
  values: unknown[] = [],
): Promise<Row | undefined> {
  return (await db.query<Row>(statement, values)).rows[0]
}

/** A row that the database does not take, and why. */
export interface RefusedRow<Row> {
  readonly row: Row
  readonly error: unknown
}

/**
 * Saves a batch; where the database refuses a row of it, all the others. Halves the batch until the
 * refused rows are alone.
 *
 * @param save saves some of the rows, all or none of them.
 * @returns the refused rows.
 * @throws the error of `save` when the database is unavailable: no row is to blame for that.
 */
export async function saveGoodRows<Row>(
  batch: readonly Row[],
  save: (some: readonly Row[]) => Promise<void>,
): Promise<RefusedRow<Row>[]> {
  const [row] = batch
  if (row === undefined) return []
  try {
    await save(batch)
    return []
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error
    if (batch.length === 1) return [{ row, error }]
    const half = Math.ceil(batch.length / 2)
    const first = await saveGoodRows(batch.slice(0, half), save)
    return [...first, ...(await saveGoodRows(batch.slice(half), save))]
  }
}

/** Runs `work` in one transaction: committed when it resolves, rolled back when it throws. */
export async function transaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    // A connection that cannot even roll back is thrown away instead of being handed on.
    await client.query('rollback').catch((failure: Error) => {
      broken = failure
    })
    throw error
  } finally {
    client.release(broken)
  }
}
