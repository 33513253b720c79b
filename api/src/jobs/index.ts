import { chatExport } from './chat-export/index.ts'
import type { JobFunction } from './context.ts'
import { dailyMaintenance } from './daily-maintenance.ts'
import { kickSubscriptions } from './kick-subscriptions/index.ts'
import { kickTokenRefresh } from './kick-token-refresh.ts'
import { staleSessionCleanup } from './stale-session-cleanup.ts'
import type { JobName } from './table.ts'
import { trustScoreRefresh } from './trust-score/index.ts'
import { viewerPoll } from './viewer-poll/index.ts'
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
