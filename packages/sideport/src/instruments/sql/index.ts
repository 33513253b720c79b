export {
  createSqlGauges,
  type RefreshMetrics,
  type SqlGauges,
  type SqlGaugesOptions,
} from './gauges.ts'
export { type CountedPool, type PoolMetrics, poolGauges } from './pool.ts'
export type { Query, Row } from './postgres.ts'
export { postgresQuery, type QueryPool } from './postgres.ts'
export { type CountByStatusOptions, countByStatus, type SqlTable } from './table.ts'
