import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import type { WholeSite } from '../site/site.ts'
import { staleArrival } from './stale.ts'

/** The lock under which replicas run a job; see packages/sideport/src/poll/postgres-lock.ts. */
const TAKE_LOCK = `select pg_advisory_lock(hashtextextended('poll viewer-poll', 0))`

export const pollerHangs: Drill<WholeSite> = {
  name: 'poller-hangs',
  failure: 'F2',
  does: 'a replica that never comes back holds the lock of viewer-poll',
  cause: async ({ database }) => ({ mend: await database.hold(TAKE_LOCK) }),
  arrives: [staleArrival('viewer-poll')],
  resolvedWithin: 5 * MINUTE,
}
