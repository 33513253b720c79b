/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>

/**
 * Runs one statement and answers with its rows. It must give the statement up when `signal` fires,
 * and should make the database give it up on its own after `timeoutSeconds`.
 */
export type Query = (
  statement: string,
  limits: { readonly timeoutSeconds: number; readonly signal: AbortSignal },
) => Promise<readonly Row[]>

interface Result {
  readonly rows: Row[]
}

/** The part of a `pg` pool that is used. */
export interface QueryPool {
  connect(): Promise<{
    query(statement: string): Promise<Result | Result[]>
    release(broken?: Error | boolean): void
  }>
}

/** A count for a gauge can wait; it must not take the processors that requests wait for. */
const ONE_PROCESS = 'set local max_parallel_workers_per_gather = 0'

/**
 * Runs statements on a `pg` pool, with a limit of their own on both sides: `statement_timeout` makes
 * the server stop, and when even that goes unheard the connection is closed, not handed to others.
 * Set `connectionTimeoutMillis` on the pool: without it a connection that is never made keeps its
 * place in the pool for ever.
 */
export function postgresQuery(pool: QueryPool): Query {
  return async (statement, { timeoutSeconds, signal }) => {
    const client = await pool.connect()
    let done = false
    const finish = (broken?: Error) => {
      if (done) return
      done = true
      signal.removeEventListener('abort', giveUp)
      client.release(broken)
    }
    const giveUp = () => finish(new Error(`Gave up: ${statement}`))
    if (signal.aborted) {
      finish()
      throw signal.reason
    }
    signal.addEventListener('abort', giveUp)
    try {
      // Statements sent together are one transaction, to which `set local` is confined: no second
      // round trip, and nothing to put back.
      const timeout = Math.ceil(timeoutSeconds * 1000)
      const results = await client.query(
        `set local statement_timeout = ${timeout}; ${ONE_PROCESS}; ${statement}`,
      )
      finish()
      return [results].flat().flatMap(({ rows }) => rows)
    } catch (error) {
      finish(isAnswer(error) ? undefined : asError(error))
      throw error
    }
  }
}

/** Whether the server refused the statement and nothing else, so that the connection is sound. */
const isAnswer = (error: unknown) =>
  error instanceof Error && 'severity' in error && error.severity === 'ERROR'

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
