import type { JobName } from '../telemetry/jobs.ts'
import { chatExport } from './chat-export.ts'
import type { JobFunction } from './context.ts'
import { dailyMaintenance } from './daily-maintenance.ts'
import { kickSubscriptions } from './kick-subscriptions.ts'
import { kickTokenRefresh } from './kick-token-refresh.ts'
import { staleSessionCleanup } from './stale-session-cleanup.ts'
import { trustScoreRefresh } from './trust-score-refresh.ts'
import { viewerPoll } from './viewer-poll.ts'
import { xFollowerPoll } from './x-follower-poll.ts'

/** What each job of the table does. */
export const jobFunctions: Readonly<Record<JobName, JobFunction>> = {
  'viewer-poll': viewerPoll,
  'chat-export': chatExport,
  'x-follower-poll': xFollowerPoll,
  'kick-token-refresh': kickTokenRefresh,
  'stale-session-cleanup': staleSessionCleanup,
  'trust-score-refresh': trustScoreRefresh,
  'kick-subscriptions': kickSubscriptions,
  'daily-maintenance': dailyMaintenance,
}
