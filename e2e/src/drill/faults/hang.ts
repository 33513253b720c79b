import type { Drill } from '../drill.ts'
import { MINUTE } from '../minutes.ts'
import type { WholeSite } from '../site/site.ts'
import { staleArrival } from './stale.ts'

/** What viewer-poll asks first, whichever channels there are. */
const BLOCK = 'lock table streamer_channels in access exclusive mode'

/** @throws Error unless the alert is due to runs that hang: one is going on, and the next are skipped. */
async function isHanging({ prometheus }: WholeSite): Promise<void> {
  const job = 'job="viewer-poll"'
  const [overlaps, running] = await Promise.all([
    prometheus.query(`increase(vf_worker_poll_skipped_total{${job},reason="overlap"}[10m]) > 0`),
    prometheus.query(`max_over_time(vf_worker_poll_in_progress{${job}}[2m]) == 1`),
  ])
  if (overlaps.length === 0) throw new Error('no run of viewer-poll was skipped for an overlap')
  if (running.length === 0) throw new Error('no run of viewer-poll was seen going on')
}

export const pollerHangs: Drill<WholeSite> = {
  name: 'poller-hangs',
  failure: 'F2',
  does: 'each run of viewer-poll hangs for the minute after which its statement is given up: nothing here can hang for longer',
  cause: async ({ database }) => ({ mend: await database.hold(BLOCK) }),
  arrives: [staleArrival('viewer-poll', /result="error"\} => (?!0 )/)],
  verify: isHanging,
  resolvedWithin: 5 * MINUTE,
}
