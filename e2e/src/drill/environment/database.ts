import pg from 'pg'

/** Access to the database for drills. */
export interface Database {
  readonly url: string
  readonly run: <Row extends pg.QueryResultRow>(
    statement: string,
    values?: readonly unknown[],
  ) => Promise<readonly Row[]>
  /**
   * Runs a statement in a transaction that stays open, like a client that hangs.
   *
   * @returns a function that releases the locks.
   */
  readonly hold: (statement: string, values?: readonly unknown[]) => Promise<() => Promise<void>>
}

export function openDatabase(url: string): Database {
  const connect = async () => {
    const client = new pg.Client({ connectionString: url, application_name: 'drill' })
    // A server that goes away releases the locks as well.
    client.on('error', () => {})
    await client.connect()
    return client
  }
  const letGo = (client: pg.Client) => client.end().catch(() => {})
  return {
    url,
    run: async (statement, values = []) => {
      const client = await connect()
      try {
        return (await client.query(statement, [...values])).rows
      } finally {
        await letGo(client)
      }
    },
    hold: async (statement, values = []) => {
      const client = await connect()
      try {
        await client.query('begin')
        await client.query(statement, [...values])
      } catch (error) {
        await letGo(client)
        throw error
      }
      return () => letGo(client)
    },
  }
}
