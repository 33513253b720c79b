import { gauge, oneOf } from 'sideport'

const exportedBy = ['api'] as const
/** Every replica reads the same server. */
const ofTheServer = { aggregate: 'max', initially: 'absent', exportedBy } as const

/** The values of `state`. */
export const CONNECTION_STATES = ['active', 'idle', 'idle_in_transaction', 'other'] as const

/** What PostgreSQL says about itself. Every api replica exports the same values: aggregate with max. */
export const postgresMetrics = {
  postgresConnections: gauge({
    ...ofTheServer,
    name: 'vf_postgres_connections',
    help: 'Connections of all clients to the PostgreSQL server, by state.',
    labels: [oneOf('state', CONNECTION_STATES)],
  }),
  postgresConnectionsLimit: gauge({
    ...ofTheServer,
    name: 'vf_postgres_connections_limit',
    help: 'Connections that PostgreSQL accepts from clients: max_connections without the reserved ones.',
  }),
  postgresOldestTransaction: gauge({
    ...ofTheServer,
    name: 'vf_postgres_oldest_transaction_timestamp_seconds',
    help: 'When the oldest open transaction on our database started; absent while there is none.',
    unit: 'seconds',
  }),
  postgresLockWaiters: gauge({
    ...ofTheServer,
    name: 'vf_postgres_lock_waiters',
    help: 'Connections to our database that wait for a lock.',
  }),
  postgresDeadTupleRatio: gauge({
    ...ofTheServer,
    name: 'vf_postgres_dead_tuple_ratio',
    help: 'The largest share of dead rows in a table of at least 10,000 rows; 0 where there is none.',
    unit: 'ratio',
  }),
}
