export { createMemoryHeartbeats, type Heartbeat, type HeartbeatStore } from './heartbeat.ts'
export type { HeldLock, PollLock } from './lock.ts'
export {
  createPostgresLock,
  type LockClient,
  type PostgresLockOptions,
} from './lock.ts'
export type { PollMetrics } from './metrics.ts'
export { createPolls, type Polls, type PollsOptions } from './polls.ts'
export {
  createPostgresHeartbeats,
  HEARTBEAT_TABLE,
  type HeartbeatDatabase,
} from './postgres-heartbeats.ts'
