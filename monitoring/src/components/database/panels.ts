import { catalogue } from '@verifluence/api/catalogue'
import { inEnv, maxBy } from '../../grafana/query.ts'
import type { PanelSpec, RowSpec } from '../../grafana/spec.ts'
import { series } from '../../promql/series.ts'
import { limits } from './alerts.ts'

const panel = (rest: Omit<PanelSpec, 'kind' | 'width'>): PanelSpec => ({
  kind: 'lines',
  width: 6,
  ...rest,
})

/** The PostgreSQL server, as the api reads it on each scrape. */
export const database: RowSpec = {
  title: 'PostgreSQL',
  panels: [
    panel({
      key: 'postgres-connections',
      title: 'Connections of the server',
      description: 'By state, and how many PostgreSQL accepts. Idle in transaction is a leak.',
      unit: 'none',
      alert: 'PostgresConnectionsHigh',
      queries: [
        {
          expr: maxBy(['state'], series(catalogue.postgresConnections, inEnv())),
          legend: '{{state}}',
        },
        {
          expr: maxBy(['env'], series(catalogue.postgresConnectionsLimit, inEnv())),
          legend: 'accepted',
        },
      ],
    }),
    panel({
      key: 'postgres-transaction',
      title: 'Oldest open transaction',
      description:
        'Age of the oldest transaction. A line that climbs holds locks and blocks vacuum.',
      unit: 's',
      limit: limits.transaction.after,
      alert: 'PostgresTransactionLong',
      mayBeEmpty: 'no transaction is open',
      queries: [
        {
          expr: `time() - ${maxBy(['env'], series(catalogue.postgresOldestTransaction, inEnv()))}`,
          legend: 'oldest',
        },
      ],
    }),
    panel({
      key: 'postgres-locks',
      title: 'Connections that wait for a lock',
      description: 'A few for an instant are normal. A line that stays up has one blocker.',
      unit: 'none',
      limit: limits.lockWaiters.above,
      alert: 'PostgresLocksWaiting',
      queries: [
        { expr: maxBy(['env'], series(catalogue.postgresLockWaiters, inEnv())), legend: 'waiting' },
      ],
    }),
    panel({
      key: 'postgres-dead-rows',
      title: 'Dead rows of the worst table',
      description: 'Share of dead rows. Autovacuum keeps it below a fifth.',
      unit: 'percentunit',
      max: 1,
      limit: limits.deadTuples.above,
      alert: 'PostgresBloat',
      queries: [
        {
          expr: maxBy(['env'], series(catalogue.postgresDeadTupleRatio, inEnv())),
          legend: 'dead',
        },
      ],
    }),
  ],
}
