import type { Pool, PoolClient, QueryResultRow } from 'pg'

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
