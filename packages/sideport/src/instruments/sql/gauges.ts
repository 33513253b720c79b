import { type Clock, systemClock, withDeadline } from '../../clock.ts'
import { type Log, silent } from '../../log.ts'
import type { Query } from './postgres.ts'
import type { SqlTable } from './table.ts'

/** Metrics about the refresh; handles of a catalogue fit. */
export interface RefreshMetrics<Table extends string> {
  /** The instant, in Unix seconds, at which a table was last read; it stops while its query fails. */
  readonly lastRefresh: {
    readonly with: (labels: { table: Table }) => { set(value: number): void }
  }
  readonly refreshes: {
    readonly with: (labels: { table: Table; result: 'ok' | 'error' | 'timeout' }) => { inc(): void }
  }
}

export interface SqlGaugesOptions<Table extends string> {
  readonly query: Query
  readonly tables: readonly SqlTable<Table>[]
  readonly metrics: RefreshMetrics<Table>
  /** Seconds between two refreshes. @default 30 */
  readonly tick?: number
  /** Seconds a table's statement may take. Together they must fit into a tick. @default 5 */
  readonly deadline?: number
  readonly log?: Log
  readonly clock?: Clock
}

export interface SqlGauges {
  /** Reads every table once; joins a refresh that is under way. Never throws. */
  refresh(): Promise<void>
  /** Refreshes now and then on every tick, until `stop`. Resolves after the first refresh. */
  start(): Promise<void>
  /** Ends the ticking; resolves when the refresh under way, if any, is over. */
  stop(): Promise<void>
}

/**
 * Keeps gauges in step with tables. Tables are read one after the other, so that they take one
 * connection; one that fails or takes too long keeps its previous values and refresh
 * instant, and the others go on. What a table shows changes all at once.
 *
 * @throws Error when the deadlines of all tables do not fit into a tick.
 */
export function createSqlGauges<const Table extends string>({
  query,
  tables,
  metrics,
  tick = 30,
  deadline = 5,
  log = silent,
  clock = systemClock,
}: SqlGaugesOptions<Table>): SqlGauges {
  if (tables.length * deadline >= tick) {
    throw new Error(
      `${tables.length} tables with a deadline of ${deadline} s each do not fit into a tick of ${tick} s: lengthen tick or shorten deadline`,
    )
  }

  async function refreshTable({ table, statement, read }: SqlTable<Table>) {
    try {
      const rows = await withDeadline(table, deadline, clock, (signal) =>
        query(statement, { timeoutSeconds: deadline, signal }),
      )
      read(rows)()
      metrics.lastRefresh.with({ table }).set(clock.now())
      metrics.refreshes.with({ table, result: 'ok' }).inc()
    } catch (error) {
      const result = isTimeout(error) ? 'timeout' : 'error'
      metrics.refreshes.with({ table, result }).inc()
      log.warn(
        { table, result, err: error },
        'a table could not be counted; its gauges keep their values',
      )
    }
  }

  async function refreshTables() {
    for (const table of tables) await refreshTable(table)
  }

  let underWay: Promise<void> | undefined
  let callOff: (() => void) | undefined

  function refresh() {
    underWay ??= refreshTables().finally(() => {
      underWay = undefined
    })
    return underWay
  }

  function schedule() {
    callOff = clock.after(tick, () => {
      schedule()
      void refresh()
    })
  }

  return {
    refresh,
    start() {
      if (!callOff) schedule()
      return refresh()
    },
    async stop() {
      callOff?.()
      callOff = undefined
      await underWay
    },
  }
}

/** PostgreSQL's code for a statement it cancelled, by its own timeout or on request. */
const QUERY_CANCELED = '57014'

const isTimeout = (error: unknown) =>
  error instanceof Error &&
  (error.name === 'TimeoutError' || ('code' in error && error.code === QUERY_CANCELED))
