import { catalogue } from '@verifluence/api/catalogue'
import { held, newest, total } from '../../promql/patterns.ts'
import { series } from '../../promql/series.ts'
import { duration, percent } from '../../promql/time.ts'
import type { Alert, AlertGroup } from '../alert.ts'
import { databaseDown, firing, type Incident, steady, unlessExplained } from '../incident.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE

/** Thresholds, in seconds unless the name says otherwise. */
export const limits = {
  /** Share of the connections that PostgreSQL accepts. */
  connections: { above: 0.85, endsBelow: 0.7, for: 5 * MINUTE },
  /** A backup or a migration may take a quarter of an hour. */
  transaction: { after: 30 * MINUTE, for: MINUTE },
  lockWaiters: { above: 5, endsBelow: 2, for: 5 * MINUTE },
  /** Autovacuum keeps a table below a fifth by default. */
  deadTuples: { above: 0.5, endsBelow: 0.3, for: HOUR },
} as const

const { connections, transaction, lockWaiters, deadTuples } = limits

interface Gauge {
  readonly name: string
  readonly value: string
  readonly above: number
  readonly endsBelow: number
  readonly for: number
}

/** A gauge of the server: the same in every api replica, and missing while PostgreSQL does not answer. */
const gauge = (
  { name, value, above, endsBelow, for: wait }: Gauge,
  rest: Pick<Alert, 'limit' | 'summary' | 'description' | 'panel'>,
): Alert => {
  const incident: Incident = { alert: name, by: ['env'] }
  return {
    name,
    failure: 'F27',
    expr: steady(incident, {
      begins: unlessExplained(incident, `${value} > ${above}`, [databaseDown], 5 * MINUTE),
      goesOn: [
        `${value} > ${endsBelow}`,
        // What cannot be read has not recovered. The limit is exported by the same collector.
        `max by (env) (${firing(name)})\nunless on (env) ${newest([], held(series(catalogue.postgresConnectionsLimit)))}`,
      ],
      value,
    }),
    for: wait,
    severity: 'warning',
    ...rest,
  }
}

const opened = total([], newest(['state'], held(series(catalogue.postgresConnections))))
const use = `${opened}\n/\n${newest([], held(series(catalogue.postgresConnectionsLimit)))}`

export const databaseGroup: AlertGroup = {
  name: 'database',
  alerts: [
    gauge(
      { name: 'PostgresConnectionsHigh', value: use, ...connections },
      {
        limit: `more than ${percent(connections.above)} of the connections that PostgreSQL accepts`,
        summary: 'PostgreSQL uses {{ $value | humanizePercentage }} of its connections',
        description:
          'At 100 % it refuses every new one, and users get errors. The panel shows the states: idle in transaction is a ' +
          'leak, active are slow queries. Most likely a pool is too large for the number of replicas.',
        panel: 'vf-api/postgres-connections',
      },
    ),
    gauge(
      {
        name: 'PostgresTransactionLong',
        value: `time() - ${newest([], held(series(catalogue.postgresOldestTransaction)))}`,
        above: transaction.after,
        endsBelow: transaction.after,
        for: transaction.for,
      },
      {
        limit: `a transaction open for ${duration(transaction.after)}`,
        summary: 'A transaction has been open for {{ $value | humanizeDuration }}',
        description:
          'It holds its locks and keeps vacuum from cleaning up, so queries become slower. Find it in pg_stat_activity, ' +
          'then end it with pg_terminate_backend. Most likely a console or a migration was left open.',
        panel: 'vf-api/postgres-transaction',
      },
    ),
    gauge(
      {
        name: 'PostgresLocksWaiting',
        value: newest([], held(series(catalogue.postgresLockWaiters))),
        ...lockWaiters,
      },
      {
        limit: `more than ${lockWaiters.above} connections wait for a lock`,
        summary: '{{ $value }} connections of PostgreSQL wait for a lock',
        description:
          'Requests and jobs behind them wait as well. Find who blocks with pg_blocking_pids. Most likely a migration or ' +
          'a long transaction holds a table.',
        panel: 'vf-api/postgres-locks',
      },
    ),
    gauge(
      {
        name: 'PostgresBloat',
        value: newest([], held(series(catalogue.postgresDeadTupleRatio))),
        ...deadTuples,
      },
      {
        limit: `more than ${percent(deadTuples.above)} dead rows in a table`,
        summary: '{{ $value | humanizePercentage }} of the rows of a table are dead',
        description:
          'Queries on that table read them all and become slower. pg_stat_user_tables shows which table. Most likely ' +
          'autovacuum cannot keep up, or an old transaction keeps it from cleaning.',
        panel: 'vf-api/postgres-dead-rows',
      },
    ),
  ],
}
